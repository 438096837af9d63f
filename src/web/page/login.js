// Logging in: by password, or by a one-time link with which one chooses a password.
import { h, field, fill, notice } from './dom.js';
import { login, loginByLink, loginWords, user } from './session.js';

const SHORTEST = 10;

function target(query) {
	const next = query.get('next') ?? '/';
	// Only a path of this server: "//host" is somebody else's.
	return /^\/(?![/\\])/.test(next) ? next : '/';
}

function form(title, intro, fields, button, submit) {
	const wrong = h('p', { class: 'wrong', role: 'alert' });
	const press = h('button', { type: 'submit', class: 'btn btn-primary' }, button);
	return h(
		'form',
		{
			class: 'card login-form',
			onsubmit: async (event) => {
				event.preventDefault();
				press.disabled = true;
				wrong.textContent = '';
				try {
					await submit();
				} catch (error) {
					wrong.textContent = error.words ?? loginWords(error);
					press.disabled = false;
				}
			},
		},
		h('h1', {}, title),
		intro ? h('p', {}, intro) : null,
		fields,
		wrong,
		press,
	);
}

function byPassword(go, next) {
	const name = h('input', {
		class: 'form-control',
		name: 'name',
		autocomplete: 'username',
		required: true,
		autocapitalize: 'none',
		spellcheck: 'false',
	});
	const password = h('input', {
		class: 'form-control',
		name: 'password',
		type: 'password',
		autocomplete: 'current-password',
		required: true,
	});
	return [
		form('Log in', null, [field('Name', name), field('Password', password)], 'Log in', async () => {
			await login(name.value.trim(), password.value);
			go(next, true);
		}),
		name,
	];
}

// A link that does not work: no field is worth filling in.
function deadLink() {
	return h(
		'section',
		{ class: 'card login-form', role: 'alert' },
		h('h1', {}, 'This link does not work'),
		h('p', {}, 'This link was used already or has expired. Ask an admin for a new one.'),
		h('a', { class: 'btn btn-primary', href: '/login' }, 'Log in with a password'),
	);
}

// name: whose link it is, as far as the link says so; the server knows by the token.
function byLink(token, named, go, next) {
	const name = h('input', {
		class: 'form-control',
		name: 'name',
		autocomplete: 'username',
		readonly: true,
		value: named ?? '',
	});
	const password = h('input', {
		class: 'form-control',
		type: 'password',
		autocomplete: 'new-password',
		required: true,
		minlength: SHORTEST,
	});
	const again = h('input', { class: 'form-control', type: 'password', autocomplete: 'new-password', required: true });
	const box = form(
			'Welcome',
			'Choose a password for this account. The link works once.',
			[named ? field('Name', name) : null, field('New password', password, `At least ${SHORTEST} characters.`), field('The same again', again)],
			'Save and log in',
			async () => {
				if (password.value !== again.value)
					throw Object.assign(new Error(), { words: 'The two passwords differ.' });
				try {
					await loginByLink(token, password.value);
				} catch (error) {
					if (![401, 403, 404, 410].includes(error.status)) throw error;
					box.replaceWith(deadLink());
					return;
				}
				go(next, true);
				// Nobody else tells: the next time this name is asked for.
				notice('good', `You are logged in as “${user()?.name}”. With this name and your password you log in again.`);
			},
		);
	return [box, password];
}

export async function show(root, { go, query }) {
	const hash = new URLSearchParams(location.hash.slice(1));
	const token = hash.get('token');
	const [box, first] = token ? byLink(token, hash.get('name'), go, target(query)) : byPassword(go, target(query));
	fill(root, h('div', { class: 'narrow' }, box));
	first.focus();
}
