from lms.privacy.registry import CONTENT, EDITOR, PLANNING, lines, register

LICENSED = "licence content_source rights_holder"

register("curriculum.homepage", lines(f"page_ptr lead promises how_it_works {LICENSED}", CONTENT))
register("curriculum.textpage", lines(f"page_ptr body {LICENSED}", CONTENT))
register(
    "curriculum.coursepage",
    lines(
        f"page_ptr subtitle lead story outcomes audience practical clip end_terms faq {LICENSED}",
        CONTENT,
    ),
    lines("price enrolment_terms", CONTENT),
)
register("curriculum.trackpage", lines(f"page_ptr code lead story for_whom {LICENSED}", CONTENT))
register(
    "curriculum.eveningpage",
    lines(
        "page_ptr code number subtitle minutes starts_at goals programme films handouts"
        f" trainer_notes {LICENSED}",
        CONTENT,
    ),
)
register(
    "curriculum.assignmentpage",
    lines(f"page_ptr kind text due_days_before minutes is_required track_code {LICENSED}", CONTENT),
)
register(
    "curriculum.followuppage", lines(f"page_ptr lead sections return_meeting {LICENSED}", CONTENT)
)
register(
    "curriculum.modulepage",
    lines(f"page_ptr code lead unlocks_recording targets {LICENSED}", CONTENT),
)
register(
    "curriculum.lessonpage",
    lines(f"page_ptr minutes relates_to repeats_theory body {LICENSED}", CONTENT),
)
register("curriculum.glossarypage", lines(f"page_ptr terms {LICENSED}", CONTENT))
register(
    "curriculum.workshoppage",
    lines(
        "page_ptr subtitle lead story for_whom take_home programmes exercise scenes films"
        f" interest_title interest_text leader_notes {LICENSED}",
        CONTENT,
    ),
)
register(
    "curriculum.picture",
    lines(
        "id collection title file description width height created_at focal_point_x"
        f" focal_point_y focal_point_width focal_point_height file_size file_hash {LICENSED}",
        CONTENT,
    ),
    lines("uploaded_by_user", EDITOR),
)
register(
    "curriculum.coursedocument",
    lines(f"id collection title file created_at file_size file_hash {LICENSED}", CONTENT),
    lines("uploaded_by_user", EDITOR),
)
register(
    "curriculum.pinnedhandout",
    lines(f"id pin document title is_for_afterwards {LICENSED}", CONTENT),
)
register(
    "curriculum.picturerendition",
    lines("id filter_spec file width height focal_point_key image", CONTENT),
)
register(
    "curriculum.contentversion",
    lines("id course number created_at published_at note", CONTENT),
)
register(
    "curriculum.correction",
    lines("id version page before after reason made_at", CONTENT),
    lines("made_by", EDITOR),
)
register("curriculum.panelmember", lines("id version user invited_at", PLANNING))
register(
    "curriculum.panelremark",
    lines("id page_key block_id about text made_at handled_at outcome", CONTENT),
    lines("member handled_by", EDITOR),
)
register("curriculum.versionfollower", lines("id course user", PLANNING))
register(
    "curriculum.contentpin",
    lines("id version page revision page_key parent_key kind position title data text", CONTENT),
)
register("curriculum.loadedpage", lines("id key page revision source_hash", CONTENT))
