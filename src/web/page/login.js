// Logging in: by password, or by a one-time link with which one chooses a password.
import { h, field, fill } from './dom.js';
import { login, loginByLink, loginWords } from './session.js';

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

function byLink(token, go, next) {
	const password = h('input', {
		class: 'form-control',
		type: 'password',
		autocomplete: 'new-password',
		required: true,
		minlength: SHORTEST,
	});
	const again = h('input', { class: 'form-control', type: 'password', autocomplete: 'new-password', required: true });
	return [
		form(
			'Welcome',
			'Choose a password for this account. The link works once.',
			[field('New password', password, `At least ${SHORTEST} characters.`), field('The same again', again)],
			'Save and log in',
			async () => {
				if (password.value !== again.value)
					throw Object.assign(new Error(), { words: 'The two passwords differ.' });
				try {
					await loginByLink(token, password.value);
				} catch (error) {
					if ([401, 403, 404, 410].includes(error.status))
						throw Object.assign(new Error(), {
							words: 'This link was used already or has expired. Ask for a new one.',
						});
					throw error;
				}
				go(next, true);
			},
		),
		password,
	];
}

export async function show(root, { go, query }) {
	const token = new URLSearchParams(location.hash.slice(1)).get('token');
	const [box, first] = token ? byLink(token, go, target(query)) : byPassword(go, target(query));
	fill(root, h('div', { class: 'narrow' }, box));
	first.focus();
}
