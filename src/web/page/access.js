// People and keys, for admins. Secrets are shown once, when they are made.
import { get, post, del, list, part } from './api.js';
import { announce, confirmed, copyButton, field, fill, h, notice, table } from './dom.js';
import { when } from './format.js';
import { user } from './session.js';

const SCOPES = [
	['classify', 'send texts'],
	['review', 'label'],
	['admin', 'everything'],
];

function once(title, words, secret) {
	const box = h(
		'section',
		{ class: 'notice notice-good', role: 'status' },
		h(
			'div',
			{},
			h('p', {}, h('strong', {}, title)),
			h('div', { class: 'secret-row' }, h('p', { class: 'secret' }, secret), copyButton(() => secret)),
			h('p', {}, words),
		),
	);
	return box;
}

// The name goes with it, so that the person learns what to log in with later.
function linkOf(answer, name) {
	return `${new URL(answer.link, location.origin).href}&name=${part(name)}`;
}

// What the server takes as a name.
function nameInput() {
	return h('input', {
		class: 'form-control',
		required: true,
		maxlength: '64',
		pattern: '[A-Za-z0-9._@\\-]+',
		autocomplete: 'off',
		title: 'letters, digits and . _ - @',
	});
}

class AccessPage {
	constructor(root) {
		this.people = h('div', {});
		this.keys = h('div', {});
		this.shown = h('div', { class: 'stack' });
		fill(
			root,
			h('h1', {}, 'People and keys'),
			h(
				'div',
				{ class: 'stack' },
				this.shown,
				h(
					'section',
					{ class: 'card', 'aria-label': 'People' },
					h('h2', {}, 'People'),
					this.people,
					this.addPerson(),
				),
				h(
					'section',
					{ class: 'card', 'aria-label': 'Keys for programs' },
					h('h2', {}, 'Keys for programs'),
					this.keys,
					this.addKey(),
				),
			),
		);
	}

	async draw() {
		const [users, keys] = await Promise.all([get('/v1/users'), get('/v1/keys')]);
		fill(
			this.people,
			table(
				'People',
				['Name', 'Role', 'Since', 'State', 'Actions'],
				list(users).map((u) => [
					u.name,
					u.role,
					when(u.created_at),
					u.disabled ? 'disabled' : u.has_password === false ? 'no password yet' : 'may log in',
					this.personActions(u),
				]),
				{ cards: true },
			),
		);
		const live = list(keys);
		fill(
			this.keys,
			live.length
				? table(
						'Keys',
						['Name', 'May', 'Since', 'Last used', 'State', 'Actions'],
						live.map((k) => [
							k.name,
							[k.scopes].flat().join(', '),
							when(k.created_at),
							when(k.last_used_at),
							k.revoked_at ? 'revoked' : 'valid',
							k.revoked_at
								? ''
								: h(
										'button',
										{
											type: 'button',
											class: 'btn btn-sm btn-plain',
											'aria-label': `Revoke ${k.name}`,
											onclick: () => this.revoke(k),
										},
										'Revoke',
									),
						]),
						{ cards: true },
					)
				: h('p', { class: 'help' }, 'No key yet. Applications need one to send texts.'),
		);
	}

	personActions(u) {
		if (u.disabled) return '';
		return h(
			'div',
			{ class: 'checks' },
			h(
				'button',
				{
					type: 'button',
					class: 'btn btn-sm btn-plain',
					'aria-label': `New link for ${u.name}`,
					onclick: () => this.link(u),
				},
				'New link',
			),
			u.name === user()?.name
				? null
				: h(
						'button',
						{
							type: 'button',
							class: 'btn btn-sm btn-plain',
							'aria-label': `Disable ${u.name}`,
							onclick: () => this.disable(u),
						},
						'Disable',
					),
		);
	}

	async does(action) {
		try {
			await action();
			await this.draw();
		} catch (error) {
			notice('bad', `That did not work: ${error.message}.`);
		}
	}

	show(title, words, secret) {
		fill(this.shown, once(title, words, secret));
		announce(title);
		this.shown.scrollIntoView({ block: 'nearest' });
	}

	async link(u) {
		const own = u.name === user()?.name;
		const yes =
			!own ||
			(await confirmed(
				'A new link for yourself?',
				'Who opens it chooses a new password for your account, and the one you have no longer works.',
				'Make the link',
				{ danger: true },
			));
		if (!yes) return;
		await this.does(async () =>
			this.show(
				`Login link for ${u.name}`,
				'It works once, for a day. Shown now only.',
				linkOf(await post(`/v1/users/${part(u.name)}/link`), u.name),
			),
		);
	}

	async disable(u) {
		if (
			await confirmed(
				`Disable ${u.name}?`,
				'The person is logged out and cannot log in again. Answers stay.',
				'Disable',
				{ danger: true },
			)
		)
			await this.does(() => del(`/v1/users/${part(u.name)}`));
	}

	async revoke(k) {
		if (
			await confirmed(`Revoke ${k.name}?`, 'Programs with this key are refused from now on.', 'Revoke', {
				danger: true,
			})
		)
			await this.does(() => del(`/v1/keys/${part(k.name)}`));
	}

	addPerson() {
		const name = nameInput();
		const role = h(
			'select',
			{ class: 'form-select' },
			h('option', { value: 'reviewer' }, 'reviewer'),
			h('option', { value: 'admin' }, 'admin'),
		);
		return h(
			'form',
			{
				class: 'correct',
				onsubmit: (e) => {
					e.preventDefault();
					this.does(async () => {
						const answer = await post('/v1/users', { name: name.value, role: role.value });
						this.show(
							`Login link for ${name.value}`,
							'Give it to the person: it works once, for a day, and lets them choose a password. Shown now only.',
							linkOf(answer, name.value),
						);
						name.value = '';
					});
				},
			},
			field('New person', name),
			field('Role', role),
			h('button', { type: 'submit', class: 'btn btn-primary' }, 'Add'),
		);
	}

	addKey() {
		const name = nameInput();
		const boxes = SCOPES.map(([scope, words], i) => {
			const box = h('input', { class: 'form-check-input', type: 'checkbox', id: `scope-${scope}`, value: scope });
			box.checked = i === 0;
			return [box, h('span', {}, box, ' ', h('label', { for: `scope-${scope}` }, `${scope} (${words})`))];
		});
		return h(
			'form',
			{
				class: 'correct',
				onsubmit: (e) => {
					e.preventDefault();
					this.does(async () => {
						const answer = await post('/v1/keys', {
							name: name.value,
							scopes: boxes.filter(([b]) => b.checked).map(([b]) => b.value),
						});
						this.show(
							`Key ${name.value}`,
							'Shown now only; it is stored hashed. Send it as “Authorization: Bearer KEY”.',
							answer.key,
						);
						name.value = '';
					});
				},
			},
			field('New key', name),
			h(
				'fieldset',
				{},
				h('legend', { class: 'form-label' }, 'It may'),
				h(
					'div',
					{ class: 'checks' },
					boxes.map(([, row]) => row),
				),
			),
			h('button', { type: 'submit', class: 'btn btn-primary' }, 'Make'),
		);
	}
}

export async function show(root) {
	await new AccessPage(root).draw();
}
