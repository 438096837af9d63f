// Who is logged in. The secret itself is in a cookie that scripts cannot read.
import { get, post, del, setCsrf, onLoggedOut } from './api.js';
import { h, field, dialog, announce } from './dom.js';

let who = null;
const listeners = new Set();

export function user() {
	return who;
}
export function may(scope) {
	return who !== null && (who.scopes.includes(scope) || who.scopes.includes('admin'));
}
export function onUser(listener) {
	listeners.add(listener);
}

function setUser(answer) {
	who = answer?.name ? { name: answer.name, scopes: answer.scopes ?? [] } : null;
	if (answer?.csrf) setCsrf(answer.csrf, answer.name);
	listeners.forEach((listener) => listener(who));
	return who;
}

// Null if nobody is logged in; throws when the server cannot say.
export async function findUser() {
	try {
		return setUser(await get('/v1/session'));
	} catch (error) {
		if (error.status === 401) return setUser(null);
		throw error;
	}
}

export async function login(name, password) {
	const answer = await post('/v1/session', { name, password });
	return answer?.csrf ? setUser(answer) : findUser();
}

export async function loginByLink(token, password) {
	const answer = await post('/v1/session/link', { token, password });
	return answer?.csrf ? setUser(answer) : findUser();
}

export async function logout() {
	await del('/v1/session');
	setUser(null);
}

export function loginWords(error) {
	if (error.status === 429) return `Too many attempts. Try again in ${error.retryAfter || 30} seconds.`;
	if (error.status === 401 || error.status === 403 || error.status === 404) return 'Name or password is not right.';
	return `Logging in failed: ${error.message}.`;
}

// The session ended while somebody works: ask for the password over the page, so that nothing on it is lost.
let asking = false;
onLoggedOut(() => {
	if (!who || asking) return;
	asking = true;
	const before = who;
	const wrong = h('p', { class: 'wrong', role: 'alert' });
	const password = h('input', {
		class: 'form-control',
		type: 'password',
		autocomplete: 'current-password',
		required: true,
	});
	const name = h('input', { class: 'form-control', autocomplete: 'username', readonly: true, value: before.name });
	const { close } = dialog(
		'You have been logged out',
		(shut) =>
			h(
				'form',
				{
					class: 'login-form',
					onsubmit: async (event) => {
						event.preventDefault();
						try {
							await login(before.name, password.value);
							announce('Logged in again');
							shut('in');
						} catch (error) {
							wrong.textContent = loginWords(error);
							password.select();
						}
					},
				},
				h('p', {}, 'The session ended. Log in again to go on; answers not yet saved are kept in this browser.'),
				field('Name', name),
				field('Password', password),
				wrong,
				h(
					'div',
					{ class: 'buttons' },
					h('button', { type: 'submit', class: 'btn btn-primary' }, 'Log in'),
					h(
						'button',
						{
							type: 'button',
							class: 'btn btn-plain',
							onclick: () => {
								close('other');
							},
						},
						'As somebody else',
					),
				),
			),
		{
			must: true,
			onclose: (value) => {
				asking = false;
				if (value === 'other') location.assign('/login');
			},
		},
	);
	password.focus();
});
