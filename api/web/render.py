"""From a handler to a page: `return page(request, "resident/home.html", needs=needs)`.

There is one Jinja environment per language. Its globals are `_`, `ngettext`, `pgettext`, `fmt`, `lang`, `asset`, `icon` and
the macro modules `ui`, `f` and `map`: no template imports anything, macros speak the reader's language, and one block can be
rendered alone.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2 import Template as JinjaTemplate
from litestar.connection import Request
from litestar.datastructures import Cookie
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.template import TemplateConfig, TemplateEngineProtocol
from litestar.utils.empty import value_or_default
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup

from api.i18n import LANGUAGES, N_, Language, choose_language, translator
from api.web.assets import asset
from api.web.formats import Formats
from api.web.spoken import spoken
from api.web.sprite import icon_names

TEMPLATES = Path(__file__).parent / "templates"
YEAR = 365 * 24 * 3600
LANGUAGE_COOKIE = "linli_lang"
LARGE_COOKIE = "linli_large"
FLASH_COOKIE = "linli_flash"
FLASH_LIMIT = 2000  # characters; browsers keep 4 kB per cookie

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class NavItem:
    """One entry of the role navigation; `label` is an English message (`N_`)."""

    href: str
    label: str
    icon: str


@dataclass(frozen=True)
class Community:
    """Whose page this is, where no richer object is at hand; `phone` reaches a person."""

    name_zh: str = "示例社区"
    name_en: str = "Example community"
    phone: str = "0755-0000-0000"


@dataclass(frozen=True)
class Site:
    """What every page needs from the application: set `app.state.site` in the factory.

    `navigation` maps a role to its entries; the key "" holds those of a visitor who has not signed in.
    """

    community: Any = Community()
    demo: bool = False
    navigation: Mapping[str, tuple[NavItem, ...]] = field(default_factory=dict)
    home_url: str = "/"
    sign_in_url: str = "/sign-in"
    sign_out_url: str = "/sign-out"
    board_url: str = "/board"
    algorithm_url: str = "/algorithm"

    def entries(self, roles: Iterable[str]) -> list[NavItem]:
        """Return the navigation of these roles, each address once."""
        chosen = [item for role in (list(roles) or [""]) for item in self.navigation.get(role, ())]
        return list({item.href: item for item in chosen}.values())


@dataclass(frozen=True)
class Flash:
    """One message shown once at the top of the next page; `kind` is good, info or bad."""

    message: str
    kind: str = "good"
    params: dict[str, Any] = field(default_factory=dict)

    def cookie(self) -> Cookie:
        """Return the cookie that carries the message over one redirect."""
        text = json.dumps([self.message, self.kind, self.params], ensure_ascii=False)
        value = urlsafe_b64encode(text.encode()).decode()
        return Cookie(FLASH_COOKIE, value=value, httponly=True, samesite="lax", max_age=60)


def page(
    request: AnyRequest, template: str, *, status_code: int = 200, block: str | None = None, **context: Any
) -> Template:
    """Render `template` for this reader; with `block`, only that block of it (the part that htmx asked for)."""
    shared, cookies = _reader(request)
    return Template(
        f"{template}#{block}" if block else template,
        context=shared | context,
        status_code=status_code,
        cookies=cookies,
        media_type="text/html",
        headers={"Vary": "Cookie, Accept-Language, HX-Request", "Cache-Control": "no-cache, private"},
    )


def see_other(path: str, message: str | None = None, *, kind: str = "good", **params: Any) -> Redirect:
    """Answer a form post: 303 to `path`, where `message` (an English message id) is shown once."""
    cookies = [Flash(message, kind, params).cookie()] if message else []
    return Redirect(path, status_code=HTTP_303_SEE_OTHER, cookies=cookies)


def language_of(request: AnyRequest) -> Language:
    """Return the reader's language from the address, the cookie or the browser's wish, in this order."""
    return choose_language(
        query=request.query_params.get("lang"),
        cookie=request.cookies.get(LANGUAGE_COOKIE),
        accept_language=request.headers.get("accept-language"),
    )


def _reader(request: AnyRequest) -> tuple[dict[str, Any], list[Cookie]]:
    """Return the context that every page has, and the cookies that remember what the reader chose."""
    site: Site = request.app.state.get("site") or Site()
    user = request.scope.get("user")
    language = language_of(request)
    asked_large = request.query_params.get("large")
    large = (asked_large or request.cookies.get(LARGE_COOKIE)) == "1"
    flash = _flash(request)
    cookies = []
    if request.query_params.get("lang") in LANGUAGES:
        cookies.append(_remember(LANGUAGE_COOKIE, language))
    if asked_large in {"0", "1"}:
        cookies.append(_remember(LARGE_COOKIE, asked_large))
    if FLASH_COOKIE in request.cookies:
        cookies.append(Cookie(FLASH_COOKIE, value="", max_age=0))
    return {
        "lang": language,
        "large": large,
        "user": user,
        "site": site,
        "community": site.community,
        "demo": site.demo,
        "nav": site.entries(getattr(user, "roles", ())),
        "path": request.url.path,
        "now_here": _now(request),
        "switch": lambda **changes: _switch(request, changes),
        "csrf_token": value_or_default(ScopeState.from_scope(request.scope).csrf_token, ""),
        "flash": [flash] if flash else [],
    }, cookies


def _now(request: AnyRequest) -> datetime | None:
    """Return the time of the application's clock; countdowns on the page start from it."""
    runtime = request.app.state.get("runtime")
    return runtime.clock.now() if runtime else None


def _remember(name: str, value: str) -> Cookie:
    # readable by linli.js: the large-text switch works without a round trip
    return Cookie(name, value=value, max_age=YEAR, samesite="lax", path="/")


def _switch(request: AnyRequest, changes: dict[str, str]) -> str:
    # not multi_items(): it goes through a set, and an address would change from one process to the next
    kept = [(key, value) for key, value in request.query_params.items() if key not in changes]
    return "?" + urlencode([*kept, *changes.items()])


def _flash(request: AnyRequest) -> Flash | None:
    value = request.cookies.get(FLASH_COOKIE, "")
    if not value or len(value) > FLASH_LIMIT:
        return None
    try:
        message, kind, params = json.loads(urlsafe_b64decode(value))
        params = spoken(params, language_of(request))
        translator(language_of(request)).gettext(message, **params)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None  # a cookie is the reader's: what cannot be read is not shown
    return Flash(message, kind, params)


def icon(name: str, size: str = "") -> Markup:
    """Return a decorative Lucide icon; words stand beside it. `size` is "", "l" or "xl"."""
    if name not in icon_names():
        raise LookupError(f"no icon {name!r} in the sprite: see static/icons/README.md")
    css = f"icon icon-{size}" if size else "icon"
    return Markup(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    ).format(css, asset("icons/icons.svg"), name)


@lru_cache(maxsize=len(LANGUAGES))
def environment(language: Language) -> Environment:
    """Return the Jinja environment of one language: escaped, strict about unknown names, compiled once."""
    words = translator(language)
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        auto_reload=False,
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    jinja.globals |= {
        "_": words.gettext,
        "pgettext": words.pgettext,
        "ngettext": words.ngettext,
        "fmt": Formats(language),
        "lang": language,
        "asset": asset,
        "icon": icon,
        "N_": N_,
    }
    jinja.globals["ui"] = jinja.get_template("macros/ui.html").module
    jinja.globals["f"] = jinja.get_template("macros/fields.html").module
    jinja.globals["map"] = jinja.get_template("macros/map.html").module
    return jinja


@dataclass(frozen=True)
class _Rendering:
    name: str

    def render(self, *_: Any, **context: Any) -> str:
        name, _hash, block = self.name.partition("#")
        template = environment(context["lang"]).get_template(name)
        return _render_block(template, block, context) if block else template.render(context)


def _render_block(template: JinjaTemplate, block: str, context: dict[str, Any]) -> str:
    return "".join(template.blocks[block](template.new_context(context)))


class LanguageEngine(TemplateEngineProtocol[_Rendering, Mapping[str, Any]]):
    """Litestar's border to Jinja: chooses the environment by the page's `lang`."""

    def __init__(self, directory: Any = None, engine_instance: Any = None) -> None:
        """Take what the protocol passes; folders and environments are ours."""

    def get_template(self, template_name: str) -> _Rendering:
        """Return a template, or one block of it as `name.html#block`."""
        return _Rendering(template_name)

    def render_string(self, template_string: str, context: Mapping[str, Any]) -> str:
        """Render a string; used by nobody, part of the protocol."""
        return environment(context["lang"]).from_string(template_string).render(context)

    def register_template_callable(self, key: str, template_callable: Any) -> None:
        """Ignore Litestar's own helpers: our globals are set per language."""


def template_config() -> TemplateConfig[LanguageEngine]:
    """Return what the application factory gives to Litestar as `template_config`."""
    return TemplateConfig(instance=LanguageEngine())
