"""The models of packages we use."""

from django.db import connection

from lms.privacy.registry import (
    ATTEMPT,
    CONTENT,
    EDITOR,
    PERSON,
    SECRET,
    SESSION,
    TECHNICAL,
    lines,
    register,
)

# Django
register("auth.permission", lines("id name content_type codename", TECHNICAL))
register("auth.group_permissions", lines("id group permission", TECHNICAL))
register("auth.group", lines("id name", TECHNICAL))
register("contenttypes.contenttype", lines("id app_label model", TECHNICAL))
register("sessions.session", lines("session_key session_data expire_date", SESSION))

# Sign-in
register(
    "account.emailaddress", lines("id verified primary", TECHNICAL), lines("user email", PERSON)
)
register(
    "account.emailconfirmation",
    lines("id created sent", TECHNICAL),
    lines("email_address key", SECRET),
)
register(
    "mfa.authenticator",
    lines("id", TECHNICAL),
    lines("user type created_at last_used_at", PERSON),
    lines("data", SECRET),
)
ATTEMPT_FIELDS = "id user_agent ip_address username http_accept path_info attempt_time"
register("axes.accessfailurelog", lines(f"{ATTEMPT_FIELDS} locked_out", ATTEMPT))
register(
    "axes.accessattempt",
    lines(f"{ATTEMPT_FIELDS} get_data post_data failures_since_start", ATTEMPT),
)
register("axes.accessattemptexpiration", lines("access_attempt expires_at", ATTEMPT))
register("axes.accesslog", lines(f"{ATTEMPT_FIELDS} logout_time session_hash", ATTEMPT))

# The CMS: content by editors; of people it knows editors only
PAGE = (
    "id path depth numchild translation_key locale latest_revision live has_unpublished_changes"
    " first_published_at last_published_at live_revision go_live_at expire_at expired locked"
    " locked_at title draft_title slug content_type url_path latest_revision_created_at alias_of"
    " show_in_menus seo_title search_description"
)
LOG_ENTRY = "id content_type label action data timestamp uuid revision content_changed deleted"
register("wagtailcore.page", lines(PAGE, CONTENT), lines("locked_by owner", EDITOR))
register(
    "wagtailcore.revision",
    lines(
        "id content_type base_content_type object_id created_at object_str content"
        " approved_go_live_at",
        CONTENT,
    ),
    lines("user", EDITOR),
)
register("wagtailcore.locale", lines("id language_code", TECHNICAL))
register(
    "wagtailcore.site", lines("id hostname port site_name root_page is_default_site", TECHNICAL)
)
register(
    "wagtailcore.modellogentry", lines(f"{LOG_ENTRY} object_id", CONTENT), lines("user", EDITOR)
)
register("wagtailcore.pagelogentry", lines(f"{LOG_ENTRY} page", CONTENT), lines("user", EDITOR))
register(
    "wagtailcore.comment",
    lines(
        "id page contentpath position created_at updated_at revision_created resolved_at", CONTENT
    ),
    lines("user text resolved_by", EDITOR),
)
register(
    "wagtailcore.commentreply",
    lines("id comment created_at updated_at", CONTENT),
    lines("user text", EDITOR),
)
register(
    "wagtailcore.pagesubscription",
    lines("id page comment_notifications", TECHNICAL),
    lines("user", PERSON),
)
register(
    "wagtailcore.apitoken",
    lines("id name created revoked_at last_used_at", TECHNICAL),
    lines("user", PERSON),
    lines("prefix key_hash", SECRET),
)
register(
    "wagtailcore.uploadedfile",
    lines("id for_content_type file", CONTENT),
    lines("uploaded_by_user", EDITOR),
)
register(
    "wagtailcore.referenceindex",
    lines(
        "id content_type base_content_type object_id to_content_type to_object_id model_path"
        " content_path content_path_hash",
        TECHNICAL,
    ),
)
register("wagtailcore.collection", lines("id path depth numchild name", CONTENT))
register(
    "wagtailcore.collectionviewrestriction",
    lines("id restriction_type collection", TECHNICAL),
    lines("password", SECRET),
)
register(
    "wagtailcore.collectionviewrestriction_groups",
    lines("id collectionviewrestriction group", TECHNICAL),
)
register(
    "wagtailcore.pageviewrestriction",
    lines("id restriction_type page", TECHNICAL),
    lines("password", SECRET),
)
register("wagtailcore.pageviewrestriction_groups", lines("id pageviewrestriction group", TECHNICAL))
register("wagtailcore.grouppagepermission", lines("id group page permission", TECHNICAL))
register("wagtailcore.groupsitepermission", lines("id group site permission", TECHNICAL))
register(
    "wagtailcore.groupcollectionpermission", lines("id group collection permission", TECHNICAL)
)
register("wagtailcore.workflow", lines("id name active", TECHNICAL))
register("wagtailcore.workflowpage", lines("page workflow", TECHNICAL))
register("wagtailcore.workflowcontenttype", lines("content_type workflow", TECHNICAL))
register("wagtailcore.workflowtask", lines("id sort_order workflow task", TECHNICAL))
register("wagtailcore.task", lines("id name content_type active", TECHNICAL))
register("wagtailcore.groupapprovaltask", lines("task_ptr", TECHNICAL))
register("wagtailcore.groupapprovaltask_groups", lines("id groupapprovaltask group", TECHNICAL))
register(
    "wagtailcore.workflowstate",
    lines(
        "id content_type base_content_type object_id workflow status created_at current_task_state",
        CONTENT,
    ),
    lines("requested_by", EDITOR),
)
register(
    "wagtailcore.taskstate",
    lines("id workflow_state revision task status started_at finished_at content_type", CONTENT),
    lines("finished_by comment", EDITOR),
)
register("wagtailadmin.admin", lines("id", TECHNICAL))
register(
    "wagtailadmin.editingsession",
    lines("id content_type object_id is_editing", TECHNICAL),
    lines("user last_seen_at", EDITOR),
)
register(
    "wagtailadmin.formstate",
    lines("id data content_type object_id parent_object_id last_updated_at", CONTENT),
    lines("user", EDITOR),
)
register(
    "wagtailusers.userprofile",
    lines(
        "id submitted_notifications approved_notifications rejected_notifications"
        " updated_comments_notifications dismissibles theme contrast density"
        " keyboard_shortcuts",
        TECHNICAL,
    ),
    lines("user preferred_language current_time_zone avatar", PERSON),
)
register(
    "wagtailimages.image",
    lines(
        "id collection title file description width height created_at focal_point_x"
        " focal_point_y focal_point_width focal_point_height file_size file_hash",
        CONTENT,
    ),
    lines("uploaded_by_user", EDITOR),
)
register(
    "wagtailimages.rendition",
    lines("id filter_spec file width height focal_point_key image", CONTENT),
)
register(
    "wagtaildocs.document",
    lines("id collection title file created_at file_size file_hash", CONTENT),
    lines("uploaded_by_user", EDITOR),
)
register(
    "wagtailsearch.indexentry",
    lines("id content_type object_id title_norm autocomplete title body", CONTENT),
    lines("title_text body_text" if connection.vendor == "postgresql" else "", CONTENT),
)
register(
    "wagtailsearch.sqliteftsindexentry",
    lines("autocomplete title body index_entry", CONTENT),
    is_optional=True,
)
register("taggit.tag", lines("id name slug", CONTENT))
register("taggit.taggeditem", lines("id tag content_type object_id", CONTENT))
