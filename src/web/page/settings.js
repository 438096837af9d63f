// A task's settings. Only what was changed is sent.
import { get, put, part } from './api.js';
import { announce, confirmed, copyButton, field, fill, h, notice, taskHeading } from './dom.js';
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
				'percent',
				'Drawn at random from all texts, always reviewed, never trained on. Up to 50%.',
				50,
			],
			[
				'audit_share',
				'Share of automatic answers audited',
				'percent',
				'Shown to people who are not told. More often near the threshold.',
				100,
			],
			[
				'audit_floor',
				'Audits a day to aim for',
				'whole',
				'While a day has fewer, more of its automatic answers are drawn than the share says.',
			],
			[
				'audit_budget',
				'Audits a day before the share falls',
				'whole',
				'No limit: after that many a tenth of the share is still drawn, so that the measuring goes on.',
			],
			[
				'raised_threshold',
				'Confidence must also exceed',
				'percent',
				'0: only the certified threshold counts. A change begins the measuring anew.',
				100,
			],
			[
				'alarm',
				'At the alarm',
				[
					['pause', 'pause automatic answers'],
					['tell', 'only tell'],
				],
				null,
			],
			['alarm_delta', 'Chance of a false alarm, ever', 'percent', 'Above 0, up to 50%.', 50],
			[
				'reviewer_error',
				'People err in about',
				'percent',
				'Up to 10%. An error counts when two people say so; their own slips are allowed for.',
				10,
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

function control(kind, value, editable, most) {
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
	const number = kind === 'whole' || kind === 'percent';
	return h('input', {
		class: 'form-control',
		type: number ? 'number' : 'text',
		step: kind === 'whole' ? '1' : number ? 'any' : null,
		min: number ? '0' : null,
		max: most,
		readonly: off,
		required: number,
		value: kind === 'percent' ? plain(100 * value) : (value ?? ''),
	});
}

// 0.07 x 100 is 7.
function plain(x) {
	return Number(x.toPrecision(12));
}

function read(kind, element) {
	if (kind === 'yes') return element.checked;
	if (kind === 'whole') return Number(element.value);
	if (kind === 'percent') return plain(Number(element.value) / 100);
	if (kind === 'lines')
		return element.value
			.split('\n')
			.map((l) => l.trim())
			.filter(Boolean);
	return element.value === '' && !Array.isArray(kind) ? null : element.value;
}

function row([name, label, kind, help, most], settings, editable, controls) {
	if (!(name in settings)) return null;
	const element = control(kind, settings[name], editable, most);
	element.name = name;
	controls.push({ name, kind, element });
	const words = kind === 'percent' ? `${label} (%)` : label;
	return h('div', { class: kind === 'long' || kind === 'lines' ? 'wide' : null }, field(words, element, help));
}

// What callbacks are signed with; the server tells it to admins only.
function secretCard(name, settings) {
	if (!('callback_secret' in settings)) return null;
	let secret = settings.callback_secret;
	const shown = h('div', { class: 'secret-row' });
	const draw = (visible) =>
		fill(
			shown,
			secret
				? [
						h('p', { class: 'secret' }, visible ? secret : '•'.repeat(20)),
						h(
							'button',
							{ type: 'button', class: 'btn btn-sm btn-plain', onclick: () => draw(!visible) },
							visible ? 'Hide' : 'Show',
						),
						copyButton(() => secret),
						h('button', { type: 'button', class: 'btn btn-sm btn-plain', onclick: renew }, 'Renew'),
					]
				: h('p', { class: 'help' }, 'It is made as soon as a host is allowed or an address for alarms is set.'),
		);
	const renew = async () => {
		const yes = await confirmed(
			'Renew the secret?',
			'Callbacks are signed with the new one from now on: applications refuse them until they have it.',
			'Renew',
			{ danger: true },
		);
		if (!yes) return;
		try {
			const task = await put(`/v1/tasks/${part(name)}`, { callback_secret: null });
			secret = task?.settings?.callback_secret ?? null;
			draw(true);
			announce('The secret is new');
		} catch (error) {
			notice('bad', `Not renewed: ${error.message}.`);
		}
	};
	draw(false);
	return h(
		'section',
		{ class: 'card', 'aria-label': 'Secret for callbacks' },
		h('h2', {}, 'Secret for callbacks'),
		h('p', { class: 'help' }, 'Applications check with it that a callback comes from here.'),
		shown,
	);
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
	const secret = h('div', {}, secretCard(name, settings));
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
					const answer = await put(
						`/v1/tasks/${part(name)}`,
						Object.fromEntries(changed.map((c) => [c.name, read(c.kind, c.element)])),
					);
					if (answer?.settings) fill(secret, secretCard(name, answer.settings));
					changed.forEach((c) => before.set(c.name, JSON.stringify(read(c.kind, c.element))));
					done.textContent = 'Saved.';
					announce('Settings saved');
				} catch (error) {
					wrong.textContent = `Not saved: ${error.message}.`;
				}
			},
		},
		editable ? null : h('p', { class: 'notice notice-info' }, 'Only admins change these settings.'),
		groups,
		secret,
		editable
			? h(
					'div',
					{ class: 'save-bar' },
					h('button', { type: 'submit', class: 'btn btn-primary' }, 'Save'),
					wrong,
					done,
				)
			: null,
	);
	fill(root, taskHeading('Settings', { ...task, task: name }), form);
}
