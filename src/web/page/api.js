// Every request to the server goes through here: JSON, the CSRF token, time limits, and errors that can be told apart.

const TIME_LIMIT_MS = 20000;
let csrf = '';
let holder = null; // whose token it is
let clockOffset = 0; // server's clock minus ours, in ms, from Date headers
const listeners = new Set();

export class ApiError extends Error {
	// status 0: no answer from the server at all.
	constructor(status, words, retryAfter) {
		super(words);
		this.status = status;
		this.retryAfter = retryAfter;
	}

	// May the same request be sent again with hope?
	get passing() {
		return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
	}
}

export function setCsrf(token, name) {
	csrf = token ?? '';
	holder = name;
}
export function onLoggedOut(listener) {
	listeners.add(listener);
}
export function serverNow() {
	return Date.now() + clockOffset;
}
export function part(text) {
	return encodeURIComponent(text);
}

export function query(values) {
	const filled = Object.entries(values).filter(([, v]) => v !== undefined && v !== null && v !== '');
	return filled.length ? `?${new URLSearchParams(filled)}` : '';
}

function readClock(response) {
	const date = Date.parse(response.headers.get('Date') ?? '');
	// The header has whole seconds: an offset of up to one is no offset.
	if (!Number.isNaN(date)) clockOffset = Math.abs(date - Date.now()) < 2000 ? 0 : date - Date.now();
}

async function readBody(response) {
	const type = response.headers.get('Content-Type') ?? '';
	const text = await response.text();
	if (!/json/.test(type) || /ndjson|jsonl/.test(type)) return text;
	return text ? JSON.parse(text) : null;
}

function failure(response, body) {
	const words = body?.detail || body?.title || body?.error || `the server answered ${response.status}`;
	const after = Number(response.headers.get('Retry-After'));
	return new ApiError(response.status, words, after > 0 ? after : 0);
}

async function send(method, path, body, options) {
	const headers = { Accept: 'application/json' };
	if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf;
	if (body !== undefined) headers['Content-Type'] = 'application/json';
	if (options?.once) headers['Idempotency-Key'] = options.once;
	const limit = AbortSignal.timeout(TIME_LIMIT_MS);
	try {
		const response = await fetch(path, {
			method,
			headers,
			credentials: 'same-origin',
			cache: 'no-store',
			keepalive: options?.keepalive,
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: options?.signal ?? limit,
		});
		readClock(response);
		return { response, body: await readBody(response) };
	} catch (error) {
		if (options?.signal?.aborted) throw error;
		throw new ApiError(0, 'the server cannot be reached', 0);
	}
}

// A token that another tab's login has replaced: ask for the new one, once.
async function renewCsrf() {
	const { response, body } = await send('GET', '/v1/session');
	if (!response.ok || !body?.csrf || body.csrf === csrf) return false;
	if (body.name !== holder) {
		// Somebody else logged in in another tab: this page must not act in that name.
		location.reload();
		throw new ApiError(401, 'somebody else is logged in now', 0);
	}
	csrf = body.csrf;
	return true;
}

export async function call(method, path, body, options) {
	let { response, body: answer } = await send(method, path, body, options);
	if (response.status === 403 && method !== 'GET' && (await renewCsrf()))
		({ response, body: answer } = await send(method, path, body, options));
	if (response.ok) return answer;
	if (response.status === 401 && !path.startsWith('/v1/session')) listeners.forEach((listener) => listener());
	throw failure(response, answer);
}

export const get = (path, options) => call('GET', path, undefined, options);
export const post = (path, body, options) => call('POST', path, body ?? {}, options);
export const put = (path, body, options) => call('PUT', path, body ?? {}, options);
export const del = (path, options) => call('DELETE', path, undefined, options);

// Lists come bare or as the one array of an object.
export function list(answer) {
	if (Array.isArray(answer)) return answer;
	return Object.values(answer ?? {}).find(Array.isArray) ?? [];
}
