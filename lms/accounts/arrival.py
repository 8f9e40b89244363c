from lms.accounts.arrivals import register_arrival
from lms.accounts.permissions import is_coordinator, is_editor

register_arrival("coordinator", place=30, is_for=is_coordinator, url_name="accounts:coordination")
register_arrival("editor", place=40, is_for=is_editor, url_name="wagtailadmin_home")
