// A text as text: direction by its own letters, line breaks kept, a megabyte without a pause.
import { h, fill } from './dom.js';

const WHOLE = 30000; // characters in one piece; longer texts go in blocks that are laid out when they are scrolled to
const BLOCK = 6000;

function blockEnd(text, from) {
	const to = from + BLOCK;
	if (to >= text.length) return text.length;
	const line = text.lastIndexOf('\n', to);
	if (line > from + BLOCK / 4) return line + 1;
	const blank = text.lastIndexOf(' ', to);
	if (blank > from + BLOCK / 4) return blank + 1;
	// Never between the two halves of a character.
	const code = text.charCodeAt(to - 1);
	return code >= 0xd800 && code < 0xdc00 ? to - 1 : to;
}

export function showText(element, text) {
	element.scrollTop = 0;
	if (text.length <= WHOLE) {
		element.textContent = text;
		return;
	}
	const blocks = [];
	for (let from = 0; from < text.length;) {
		const to = blockEnd(text, from);
		blocks.push(h('div', { class: 'text-block', text: text.slice(from, to) }));
		from = to;
	}
	fill(element, blocks);
}

// Metadata as the caller sent it: any JSON.
export function metaRows(meta) {
	let object = meta;
	if (typeof meta === 'string') {
		try {
			object = JSON.parse(meta);
		} catch {
			object = { meta };
		}
	}
	if (!object || typeof object !== 'object') return [];
	return Object.entries(object).map(([name, value]) => [
		name,
		typeof value === 'string' ? value : JSON.stringify(value),
	]);
}

export function showMeta(element, meta) {
	const rows = metaRows(meta);
	element.hidden = rows.length === 0;
	fill(
		element,
		rows.map(([name, value]) => h('div', {}, h('dt', { dir: 'auto' }, name), h('dd', { dir: 'auto' }, value))),
	);
}
