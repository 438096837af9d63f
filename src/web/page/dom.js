// Elements from data. Every string becomes a text node: nothing that came from outside is ever read as markup.

export function h(tag, props, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(props ?? {})) {
		if (value === null || value === undefined || value === false) continue;
		if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
		else if (name === 'class') element.className = value;
		else if (name === 'text') element.textContent = value;
		else if (name === 'value') element.value = value;
		else if (name === 'data') Object.assign(element.dataset, value);
		else element.setAttribute(name, value === true ? '' : String(value));
	}
	add(element, children);
	return element;
}

export function add(element, ...children) {
	for (const child of children.flat(Infinity))
		if (child !== null && child !== undefined && child !== false) element.append(child);
	return element;
}

export function fill(element, ...children) {
	element.replaceChildren();
	return add(element, children);
}

// For those who listen. A new node each time, so that the same words are said again.
export function announce(words) {
	const live = document.getElementById('live');
	const said = h('p', { text: words });
	live.append(said);
	setTimeout(() => said.remove(), 4000);
}

// A notice on top of the page that stays until it is closed.
export function notice(kind, words, ...more) {
	const box = h(
		'div',
		{ class: `notice notice-${kind}`, role: kind === 'bad' ? 'alert' : 'status' },
		h('p', {}, words, ' ', more),
		h(
			'button',
			{
				type: 'button',
				class: 'btn btn-sm btn-plain',
				'aria-label': 'Close this notice',
				onclick: () => box.remove(),
			},
			'✕',
		),
	);
	document.getElementById('notices').append(box);
	return box;
}

export function clearNotices() {
	document.getElementById('notices').replaceChildren();
}

let numbers = 0;
export function uniqueId(stem) {
	numbers += 1;
	return `${stem}-${numbers}`;
}

// The first heading of a task's page names the task too.
export function taskHeading(words, task) {
	const title = task.title || task.settings?.title || task.task;
	return h('h1', {}, words, h('span', { class: 'of-task', dir: 'auto' }, title));
}

// What is copied by hand badly: secrets and links.
export function copyButton(text) {
	const button = h('button', { type: 'button', class: 'btn btn-sm btn-plain' }, 'Copy');
	button.addEventListener('click', async () => {
		try {
			await navigator.clipboard.writeText(text());
			button.textContent = 'Copied';
			announce('Copied');
		} catch {
			button.textContent = 'Copy it by hand';
		}
		setTimeout(() => {
			button.textContent = 'Copy';
		}, 3000);
	});
	return button;
}

// A labelled control with help and its own error.
export function field(label, control, help) {
	const id = control.id || uniqueId('field');
	control.id = id;
	const helpId = `${id}-help`;
	if (help) control.setAttribute('aria-describedby', helpId);
	const name = h('label', { for: id, class: 'form-label' }, label);
	const check = control.type === 'checkbox';
	return h(
		'div',
		{ class: check ? 'field field-check' : 'field' },
		check ? [control, name] : [name, control],
		help ? h('p', { class: 'help', id: helpId }, help) : null,
	);
}

export function table(caption, columns, rows, options) {
	return h(
		'div',
		{ class: 'table-box', tabindex: '0', role: 'region', 'aria-label': `${caption}: table` },
		h(
			'table',
			{ class: options?.cards ? 'table cards' : 'table' },
			h('caption', { class: options?.showCaption ? null : 'visually-hidden' }, caption),
			h(
				'thead',
				{},
				h(
					'tr',
					{},
					columns.map((c) => h('th', { scope: 'col', class: c.number ? 'number' : null }, c.title ?? c)),
				),
			),
			h(
				'tbody',
				{},
				rows.map((row) =>
					h(
						'tr',
						{},
						row.map((cell, i) =>
							h(
								'td',
								{ class: columns[i].number ? 'number' : null, data: { of: columns[i].title ?? columns[i] } },
								cell,
							),
						),
					),
				),
			),
		),
	);
}

// A modal dialog that gives the focus back. `build(close)` returns its content.
export function dialog(title, build, options) {
	const id = uniqueId('dialog');
	const before = document.activeElement;
	const box = h('dialog', { class: 'dialog', 'aria-labelledby': id });
	const close = (value) => {
		box.returnValue = value ?? '';
		box.close();
	};
	add(box, h('h2', { id }, title), build(close));
	box.addEventListener('cancel', (event) => {
		if (options?.must) event.preventDefault();
	});
	box.addEventListener('close', () => {
		box.remove();
		if (before?.isConnected) before.focus({ preventScroll: true });
		options?.onclose?.(box.returnValue);
	});
	document.body.append(box);
	box.showModal();
	return { box, close };
}

// Ask before something that matters. Resolves to the text typed (or true), or null.
export function confirmed(title, words, button, options) {
	return new Promise((resolve) => {
		const input = options?.ask
			? h('input', { class: 'form-control', maxlength: '500', autocomplete: 'off' })
			: null;
		dialog(
			title,
			(close) =>
				h(
					'form',
					{
						method: 'dialog',
						onsubmit: (e) => {
							e.preventDefault();
							close('yes');
						},
					},
					h('p', {}, words),
					input ? field(options.ask, input) : null,
					h(
						'div',
						{ class: 'buttons' },
						h(
							'button',
							{ type: 'submit', class: `btn ${options?.danger ? 'btn-danger' : 'btn-primary'}` },
							button,
						),
						h('button', { type: 'button', class: 'btn btn-plain', onclick: () => close() }, 'Cancel'),
					),
				),
			{ onclose: (value) => resolve(value === 'yes' ? (input ? input.value : true) : null) },
		);
	});
}
