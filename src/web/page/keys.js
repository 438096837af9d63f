// Single keys. A page gives a table of keys, from which the list behind `?` is made too, so that a hint cannot be stale.
import { h, dialog } from './dom.js';

let table = [];
const FIELDS = new Set(['INPUT', 'TEXTAREA', 'SELECT']);

// rows: {key, shown?, words, run(event), hidden?}. Returns a function that takes the table away again.
export function useKeys(rows) {
	table = rows;
	return () => {
		if (table === rows) table = [];
	};
}

export function isTyping(element) {
	return element instanceof HTMLElement && (FIELDS.has(element.tagName) || element.isContentEditable);
}

// The key as the table names it. Letters without regard to Caps Lock; on keyboards whose letters are not Latin, or whose
// digits need Shift, the place of the key decides.
function keyName(event) {
	const key = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
	if (table.some((row) => row.key === key)) return key;
	if (event.shiftKey) return key;
	const letter = /^Key([A-Z])$/.exec(event.code ?? '');
	if (letter && key.length === 1 && key.charCodeAt(0) > 127) return letter[1].toLowerCase();
	const digit = /^Digit([0-9])$/.exec(event.code ?? '');
	return digit && key.length === 1 ? digit[1] : key;
}

function ignored(event) {
	// isComposing: an input method is at work. repeat: the key is held.
	return (
		event.defaultPrevented ||
		event.ctrlKey ||
		event.altKey ||
		event.metaKey ||
		event.repeat ||
		event.isComposing ||
		isTyping(event.target) ||
		document.querySelector('dialog[open]') !== null
	);
}

document.addEventListener('keydown', (event) => {
	if (ignored(event)) return;
	const name = keyName(event);
	const row = table.find((r) => r.key === name);
	if (!row) return;
	event.preventDefault();
	row.run(event);
});

export function showKeys() {
	dialog('Keys', (close) =>
		h(
			'div',
			{},
			h(
				'dl',
				{ class: 'key-list' },
				table
					.filter((row) => !row.hidden)
					.map((row) =>
						h('div', {}, h('dt', {}, h('kbd', {}, row.shown ?? row.key)), h('dd', {}, row.words)),
					),
			),
			h(
				'p',
				{ class: 'help' },
				'No key acts while you type in a field, nor with Ctrl, Alt or Meta, nor when held down.',
			),
			h(
				'div',
				{ class: 'buttons' },
				h(
					'button',
					{ type: 'button', class: 'btn btn-primary', autofocus: true, onclick: () => close() },
					'Close',
				),
			),
		),
	);
}
