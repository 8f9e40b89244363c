from django.dispatch import Signal

content_corrected = Signal()  # version: ContentVersion, published before, with other pins now
