import segno
from django.utils.safestring import SafeString


def qr_drawing(address: str) -> SafeString:
    """Dark on white on every page, as telephones need it; the address is said beside it."""
    code = segno.make(address, error="m", micro=False)
    drawing: str = code.svg_inline(
        border=4, omitsize=True, svgclass="qr__drawing", lineclass=None, dark="#000", light="#fff"
    )
    return SafeString(drawing.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))
