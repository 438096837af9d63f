// Chart.js drawn in the page's own colours, with the figures as a table behind each chart.
import { h, table } from './dom.js';

let loading = null;

// The library is a classic script; it is fetched with the first chart.
function library() {
	loading ??= new Promise((resolve, reject) => {
		const src = new URL('chart.min.js', import.meta.url).pathname;
		document.head.append(
			h('script', {
				src,
				onload: () => resolve(globalThis.Chart),
				onerror: () => reject(new Error('the charts could not be loaded')),
			}),
		);
	});
	return loading;
}

function colour(name) {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function scales(spec) {
	const soft = colour('--soft');
	const grid = colour('--chart-grid');
	return {
		x: {
			stacked: spec.stacked,
			ticks: { color: soft, maxRotation: 0, autoSkipPadding: 16 },
			grid: { display: false },
		},
		y: {
			stacked: spec.stacked,
			beginAtZero: true,
			max: spec.max,
			ticks: { color: soft, maxTicksLimit: 6, precision: spec.whole ? 0 : undefined, callback: spec.format },
			grid: { color: grid },
		},
	};
}

function config(spec) {
	return {
		type: spec.type,
		data: {
			labels: spec.x,
			datasets: spec.series.map((s, i) => ({
				label: s.name,
				data: s.values,
				borderColor: colour(`--chart-${s.colour ?? i + 1}`),
				backgroundColor: colour(`--chart-${s.colour ?? i + 1}`),
				borderWidth: spec.type === 'line' ? 2 : 0,
				// A day alone draws no line.
				pointRadius: s.values.filter((v) => v !== null).length < 10 ? 3 : 0,
				pointHitRadius: 8,
				tension: 0.2,
				borderDash: s.dashed ? [6, 4] : undefined,
				spanGaps: false,
			})),
		},
		options: {
			responsive: true,
			maintainAspectRatio: false,
			animation: false,
			interaction: { mode: 'index', intersect: false },
			scales: scales(spec),
			plugins: {
				legend: { display: spec.series.length > 1, labels: { color: colour('--ink'), boxWidth: 14 } },
				tooltip: {
					callbacks: spec.format ? { label: (c) => `${c.dataset.label}: ${spec.format(c.parsed.y)}` } : {},
				},
			},
		},
	};
}

function figuresOf(spec) {
	const show = spec.format ?? String;
	return table(
		spec.title,
		['Day', ...spec.series.map((s) => ({ title: s.name, number: true }))],
		spec.x
			.map((x, i) => [x, ...spec.series.map((s) => (s.values[i] === null ? '–' : show(s.values[i])))])
			.reverse(),
	);
}

function figuresOnly(spec) {
	return h(
		'section',
		{ class: 'card', 'aria-label': spec.title },
		h('h2', {}, spec.title),
		spec.about ? h('p', { class: 'help' }, spec.about) : null,
		figuresOf(spec),
	);
}

const LEAST_POINTS = 3;

// spec: {title, about, type, x, series: [{name, values, colour}], stacked, max, format}. Returns {box, free()}.
export function chart(spec) {
	// Two days are read faster as figures than as dots.
	if (spec.x.length < LEAST_POINTS) return { box: figuresOnly(spec), free: () => {} };
	const canvas = h('canvas', { role: 'img', 'aria-label': `${spec.title}. The figures are in the table below.` });
	const figures = figuresOf(spec);
	const box = h(
		'section',
		{ class: 'card', 'aria-label': spec.title },
		h('h2', {}, spec.title),
		spec.about ? h('p', { class: 'help' }, spec.about) : null,
		h('div', { class: 'chart-box' }, canvas),
		h('details', { class: 'figures-table' }, h('summary', {}, 'The figures'), figures),
	);
	let drawn = null;
	let gone = false;
	const draw = () =>
		library()
			.then((Chart) => {
				if (gone) return;
				drawn?.destroy();
				drawn = new Chart(canvas, config(spec));
			})
			.catch((error) =>
				canvas.replaceWith(h('p', { class: 'help' }, `${error.message}; the figures are below.`)),
			);
	const scheme = matchMedia('(prefers-color-scheme: dark)');
	scheme.addEventListener('change', draw);
	draw();
	return {
		box,
		free: () => {
			gone = true;
			scheme.removeEventListener('change', draw);
			drawn?.destroy();
		},
	};
}
