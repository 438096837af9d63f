"""What a page looks like to a machine: contrast, names of controls, focus. Each function returns a list of complaints."""
from harness import Keys

# Text against what lies behind it, by WCAG 2.1's formula; disabled controls are exempt there too.
CONTRAST = r"""
const least = arguments[0];
const parse = (c) => { const m = c.match(/[\d.]+/g).map(Number); return [m[0], m[1], m[2], m[3] ?? 1]; };
const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
const light = (c) => { const [r, g, b] = c.map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
const behind = (e) => { const layers = []; for (; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
	return layers.reverse().reduce((under, c) => over(c, under), matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0, 1] : [255, 255, 255, 1]); };
const out = [];
const check = (e, colour, words) => { const back = behind(e); const r = ratio(over(parse(colour), back), back);
	if (r < least) out.push(`${r.toFixed(2)} ${e.tagName}.${e.className} “${words.trim().slice(0, 40)}”`); };
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
	const e = walker.currentNode.parentElement;
	if (walker.currentNode.textContent.trim() === '' || !e.checkVisibility({checkVisibilityCSS: true}) || e.closest(':disabled, .visually-hidden, .skip-link, noscript, script, option'))
		continue;
	check(e, getComputedStyle(e).color, walker.currentNode.textContent);
}
for (const e of document.querySelectorAll('input, textarea, select'))
	if (e.checkVisibility() && !e.disabled) {
		if (e.type !== 'checkbox') check(e, getComputedStyle(e).color, e.name || e.id);
		if (e.placeholder) check(e, getComputedStyle(e, '::placeholder').color, e.placeholder);
		// The edge of a control: 3 to 1.
		const edge = ratio(over(parse(getComputedStyle(e).borderTopColor), behind(e.parentElement)), behind(e.parentElement));
		if (edge < 3 && !e.checked) out.push(`${edge.toFixed(2)} edge of ${e.tagName} ${e.name || e.id}`);
	}
return [...new Set(out)];
"""

STRUCTURE = r"""
const out = [];
const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
if (twice.length) out.push(`ids used twice: ${twice}`);
if (!document.documentElement.lang) out.push('no language');
if (document.querySelectorAll('h1').length !== 1) out.push(`${document.querySelectorAll('h1').length} first headings`);
if (document.querySelectorAll('main').length !== 1) out.push('not one main');
for (const e of document.querySelectorAll('[aria-describedby], [aria-labelledby], [aria-controls], label[for]'))
	for (const name of ['aria-describedby', 'aria-labelledby', 'aria-controls', 'for'])
		for (const id of (e.getAttribute(name) ?? '').split(' ').filter(Boolean))
			if (!document.getElementById(id)) out.push(`${name} names ${id}, which is not there`);
const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
if (wide > 0) out.push(`sticks out by ${wide} px`);
for (const e of document.querySelectorAll('button, a.btn, input:not([type=checkbox]), select'))
	if (e.checkVisibility() && e.getBoundingClientRect().height < 24) out.push(`small target: ${e.outerHTML.slice(0, 80)}`);
return out;
"""

# Names that stand out of their buttons, or are cut there.
SPILLS = r"""
return [...document.querySelectorAll('.label, .btn')].filter((e) => e.checkVisibility() && (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1))
	.map((e) => `spills over: ${e.textContent.slice(0, 60)}`);
"""

FOCUSED = r"""
const e = document.activeElement;
if (!e || e === document.body) return null;
const s = getComputedStyle(e);
const ringed = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
window.lookedAt ??= [];
const seen = window.lookedAt.includes(e);
const follows = window.lookedAt.length === 0 || seen
	|| Boolean(window.lookedAt.at(-1).compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
window.lookedAt.push(e);
return [seen, ringed, follows, e.outerHTML.slice(0, 100)];
"""

FOCUSABLE = r"""
return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
	.filter((e) => e.checkVisibility({checkVisibilityCSS: true}) && !e.disabled).filter((e) => !(window.lookedAt ?? []).includes(e)).map((e) => e.outerHTML.slice(0, 100));
"""

NAMED = {"button", "link", "textbox", "searchbox", "checkbox", "combobox", "spinbutton", "region", "img", "dialog", "navigation", "listbox"}


def contrast(browser, least=4.5):
    return browser.js(CONTRAST, least)


def structure(browser):
    return browser.js(STRUCTURE) + browser.js(SPILLS)


def nameless(browser):
    """Controls and regions without an accessible name, as the browser computes it."""
    nodes = browser.cdp("Accessibility.getFullAXTree")["nodes"]
    return [n["role"]["value"] for n in nodes if not n.get("ignored") and n.get("role", {}).get("value") in NAMED
            and not n.get("name", {}).get("value", "").strip()]


def focus_order(browser, most=160):
    """Tab through the page: each stop is visible and later in the document; everything is reached; nothing traps."""
    out = []
    browser.js("window.lookedAt = []; document.activeElement?.blur(); document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
    for _ in range(most):
        browser.press(Keys.TAB)
        found = browser.js(FOCUSED)
        if found is None:
            break
        seen, ringed, follows, html = found
        if seen:
            break
        if not ringed:
            out.append(f"focus cannot be seen: {html}")
        if not follows:
            out.append(f"out of order: {html}")
    else:
        out.append("the end was not reached")
    return out + [f"cannot be reached: {html}" for html in browser.js(FOCUSABLE)]
