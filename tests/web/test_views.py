import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "theme"),
    [("", ""), ("?thema=dark", ' data-theme="dark"'), ('?thema="><script>', "")],
)
def test_the_page_of_components_can_be_shown_in_either_theme(client, query, theme):
    response = client.get(reverse("web:components") + query)
    assert response.status_code == 200
    assert re.search(r"<html lang=\"nl\"([^>]*)>", response.content.decode())[1] == theme


@pytest.mark.django_db
def test_no_component_needs_an_inline_style_or_script(client):
    page = client.get(reverse("web:components")).content.decode()
    assert INLINE.findall('<p style="x">') == [" style="]
    assert INLINE.findall(page) == []


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
def test_a_page_for_serious_trouble_needs_no_request_and_no_database(name):
    page = render_to_string(name)
    assert page.count("<h1>") == 1
    assert INLINE.findall(page) == []


@pytest.mark.parametrize(
    "name", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"]
)
def test_every_error_page_leads_on_to_help(name):
    page = render_to_string(name, request=RequestFactory().get("/"))
    assert len(re.findall(r'<a class="button[^"]*" href="/hulp/">', page)) == 1
