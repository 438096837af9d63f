// A task's settings. Only what was changed is sent.
import { get, put, part } from './api.js';
import { announce, field, fill, h } from './dom.js';
import { may } from './session.js';

const GROUPS = [
	[
		'For reviewers',
		[
			['title', 'Title', 'text', 'Shown on the pages instead of the name.'],
			['instructions', 'Instructions', 'long', 'Plain text, shown above each text.'],
			[
				'show_before',
				'Show what the model thinks before the answer',
				'yes',
				'Off is better: people who see a suggestion tend to agree with it.',
			],
			[
				'lease_s',
				'A text is held for (seconds)',
				'whole',
				'15 to 3600. A page that is open renews it; a closed one gives it back.',
			],
		],
	],
	[
		'Measuring the promise',
		[
			[
				'certify_share',
				'Share kept for certificates',
				'share',
				'Drawn at random, always reviewed, never trained on. 0 to 0.5.',
			],
			[
				'audit_share',
				'Share of automatic answers audited',
				'share',
				'Shown to a person without telling. 0 to 1.',
			],
			['audit_floor', 'Audits a day, at least', 'whole', 'Aimed at.'],
			['audit_budget', 'Audits a day, at most', 'whole', 'After these the share falls to a tenth.'],
			['raised_threshold', 'Confidence must also exceed', 'share', '0: only the certified threshold.'],
			[
				'alarm',
				'At the alarm',
				[
					['pause', 'pause automatic answers'],
					['tell', 'only tell'],
				],
				null,
			],
			['alarm_delta', 'Chance of a false alarm, ever', 'share', 'Above 0, up to 0.5.'],
			[
				'reviewer_error',
				'People err in about',
				'share',
				'Up to 0.1. An error counts when two people say so; their own slips are allowed for.',
			],
		],
	],
	[
		'When time passes',
		[
			['due_s', 'An answer is due after (seconds)', 'whole', '0: no due time.'],
			[
				'due_action',
				'Then',
				[
					['nothing', 'nothing'],
					['escalate', 'tell somebody'],
					['suggest', 'answer with the suggestion, marked'],
					['expire', 'give up'],
				],
				null,
			],
			['retention_days', 'Texts are forgotten after (days)', 'whole', '0: kept.'],
		],
	],
	[
		'Callbacks',
		[
			['callback_hosts', 'Allowed hosts', 'lines', 'One a line: hooks.example.org, *.example.org, host:8443.'],
			[
				'callback_private',
				'Private addresses are allowed',
				'yes',
				'Leave off unless the application runs beside this server.',
			],
			['event_url', 'Address for alarms and overdue texts', 'text', null],
		],
	],
];

function control(kind, value, editable) {
	const off = !editable;
	if (Array.isArray(kind)) {
		const select = h(
			'select',
			{ class: 'form-select', disabled: off },
			kind.map(([v, words]) => h('option', { value: v }, words)),
		);
		select.value = value ?? kind[0][0];
		return select;
	}
	if (kind === 'long' || kind === 'lines')
		return h('textarea', {
			class: 'form-control',
			rows: '4',
			readonly: off,
			value: Array.isArray(value) ? value.join('\n') : (value ?? ''),
		});
	if (kind === 'yes') {
		const box = h('input', { class: 'form-check-input', type: 'checkbox', disabled: off });
		box.checked = value === true;
		return box;
	}
	const number = kind === 'whole' || kind === 'share';
	return h('input', {
		class: 'form-control',
		type: number ? 'number' : 'text',
		step: kind === 'whole' ? '1' : number ? 'any' : null,
		min: number ? '0' : null,
		readonly: off,
		required: number,
		value: value ?? '',
	});
}

function read(kind, element) {
	if (kind === 'yes') return element.checked;
	if (kind === 'whole' || kind === 'share') return Number(element.value);
	if (kind === 'lines')
		return element.value
			.split('\n')
			.map((l) => l.trim())
			.filter(Boolean);
	return element.value === '' && !Array.isArray(kind) ? null : element.value;
}

function row([name, label, kind, help], settings, editable, controls) {
	if (!(name in settings)) return null;
	const element = control(kind, settings[name], editable);
	element.name = name;
	controls.push({ name, kind, element });
	return h('div', { class: kind === 'long' || kind === 'lines' ? 'wide' : null }, field(label, element, help));
}

export async function show(root, { task: name }) {
	const task = await get(`/v1/tasks/${part(name)}`);
	const settings = task.settings ?? task;
	const editable = may('admin');
	const controls = [];
	const wrong = h('p', { class: 'wrong', role: 'alert' });
	const done = h('p', { class: 'help', role: 'status' });
	let before = null;
	const groups = GROUPS.map(([title, rows]) =>
		h(
			'fieldset',
			{ class: 'card' },
			h('legend', {}, title),
			h(
				'div',
				{ class: 'form-grid' },
				rows.map((r) => row(r, settings, editable, controls)),
			),
		),
	);
	before = new Map(controls.map((c) => [c.name, JSON.stringify(read(c.kind, c.element))]));
	const form = h(
		'form',
		{
			class: 'stack',
			onsubmit: async (event) => {
				event.preventDefault();
				wrong.textContent = done.textContent = '';
				const changed = controls.filter((c) => JSON.stringify(read(c.kind, c.element)) !== before.get(c.name));
				if (changed.length === 0) {
					done.textContent = 'Nothing was changed.';
					return;
				}
				try {
					await put(
						`/v1/tasks/${part(name)}`,
						Object.fromEntries(changed.map((c) => [c.name, read(c.kind, c.element)])),
					);
					changed.forEach((c) => before.set(c.name, JSON.stringify(read(c.kind, c.element))));
					done.textContent = 'Saved.';
					announce('Settings saved');
				} catch (error) {
					wrong.textContent = `Not saved: ${error.message}.`;
				}
			},
		},
		groups,
		editable
			? h(
					'div',
					{},
					wrong,
					done,
					h('div', { class: 'buttons' }, h('button', { type: 'submit', class: 'btn btn-primary' }, 'Save')),
				)
			: h('p', { class: 'help' }, 'Admins can change these.'),
	);
	fill(root, h('h1', {}, 'Settings'), form);
}
