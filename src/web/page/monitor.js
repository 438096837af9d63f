// The monitor's figures under one set of names.

export function readMonitor(m) {
	const audits = m.audits ?? m;
	const sequence = m.sequence ?? m.error_sequence ?? m.interval ?? [];
	const [low, high] = Array.isArray(sequence) ? sequence : [sequence.lo ?? sequence.low, sequence.hi ?? sequence.high];
	const delta = m.alarm_delta ?? m.delta ?? 0.05;
	return {
		since: m.since ?? m.epoch_at, automatic: m.automatic, coverage: m.coverage, error: m.error, low, high,
		drawn: audits.drawn, right: audits.right, wrong: audits.wrong, waiting: audits.waiting, missing: audits.missing,
		ended: (audits.right ?? 0) + (audits.wrong ?? 0) + (audits.missing ?? 0),
		maxError: m.promise?.max_error ?? m.max_error, logWealth: m.log_wealth ?? (m.e_value > 0 ? Math.log(m.e_value) : undefined),
		p: m.p ?? m.p_value, alarm: m.alarm === true, alarmAt: 1 / delta,
	};
}
