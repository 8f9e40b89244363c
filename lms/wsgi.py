import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.production")

application = get_wsgi_application()
_ = get_resolver().url_patterns  # loads the views, as the first request would
# What is loaded now stays for good, so looking for garbage need not go through it each time.
gc.collect()
gc.freeze()
