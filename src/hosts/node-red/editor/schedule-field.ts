import { nextRun } from '../../../triggers/cron.ts';
import { isVariable, type Say, scheduleProblem } from './problems.ts';

type Rhythm = 'minutes' | 'hour' | 'day' | 'weekdays' | 'week' | 'month' | 'own';

interface Schedule {
  rhythm: Rhythm;
  /** Every so many minutes. */
  minutes: number;
  /** "07:00" */
  time: string;
  /** Of the week, 0 is Sunday. */
  weekday: number;
  /** Of the month. */
  day: number;
}

const RHYTHMS: Rhythm[] = ['minutes', 'hour', 'day', 'weekdays', 'week', 'month', 'own'];
const PRESET: Schedule = { rhythm: 'own', minutes: 15, time: '07:00', weekday: 1, day: 1 };
const two = (text: string | number) => String(text).padStart(2, '0');

/** What of cron can be said in words; any other expression is one of one's own. */
export function scheduleOf(cron: string): Schedule {
  const text = cron.trim().replace(/\s+/g, ' ');
  const every = /^\*\/(\d+) \* \* \* \*$/.exec(text);
  if (every) return { ...PRESET, rhythm: 'minutes', minutes: Number(every[1]) };
  const hourly = /^(\d+) \* \* \* \*$/.exec(text);
  if (hourly) return { ...PRESET, rhythm: 'hour', time: `00:${two(hourly[1] ?? '')}` };
  const [, minute, hour, day, weekday] = /^(\d+) (\d+) (\*|\d+) \* (\*|1-5|[0-6])$/.exec(text) ?? [];
  if (minute === undefined || hour === undefined || (day !== '*' && weekday !== '*')) return PRESET;
  const at = { ...PRESET, time: `${two(hour)}:${two(minute)}` };
  if (day !== '*') return { ...at, rhythm: 'month', day: Number(day) };
  if (weekday === '*') return { ...at, rhythm: 'day' };
  return weekday === '1-5'
    ? { ...at, rhythm: 'weekdays' }
    : { ...at, rhythm: 'week', weekday: Number(weekday) };
}

/** Undefined for an expression of one's own. */
export function cronOf({ rhythm, minutes, time, weekday, day }: Schedule): string | undefined {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const at = `${minute} ${hour}`;
  return {
    minutes: `*/${minutes} * * * *`,
    hour: `${minute} * * * *`,
    day: `${at} * * *`,
    weekdays: `${at} * * 1-5`,
    week: `${at} * * ${weekday}`,
    month: `${at} ${day} * *`,
    own: undefined,
  }[rhythm];
}

/** A schedule in words above the cron expression that it writes, and when it comes next. */
export function scheduleField(say: Say): void {
  const cron = $('#node-input-cron');
  const zone = $('#node-input-timeZone');
  if (cron.length === 0) return;
  const label = (key: string) => ({ 'aria-label': say(`schedule.${key}`) });
  const option = (value: string | number, text: string) => $('<option>').val(value).text(text);
  const rhythm = $('<select id="okta-rhythm">').append(
    RHYTHMS.map((one) => option(one, say(`schedule.${one}`))),
  );
  const minutes = $('<select>')
    .attr(label('minutes'))
    .append([5, 10, 15, 20, 30].map((one) => option(one, `${one} min`)));
  // 4 January 1970 was a Sunday.
  const nameOf = (day: number) =>
    new Intl.DateTimeFormat(undefined, { weekday: 'long', timeZone: 'UTC' }).format(
      new Date(Date.UTC(1970, 0, 4 + day)),
    );
  const weekday = $('<select>')
    .attr(label('weekday'))
    .append([1, 2, 3, 4, 5, 6, 0].map((one) => option(one, nameOf(one))));
  const day = $('<input type="number" min="1" max="31">').attr(label('dayOfMonth'));
  const time = $('<input type="time" id="okta-time">').attr(label('at'));
  const row = $('<div class="form-row okta-schedule">').append(
    $('<label for="okta-rhythm">').text(say('schedule.runs')),
    ...[rhythm, minutes, weekday, day, time],
  );
  const note = $('<p class="okta-note okta-indent" role="status" id="okta-next-run">');
  cron.closest('.form-row').before(row).after(note);

  const show = () => {
    const chosen = rhythm.val();
    minutes.toggle(chosen === 'minutes');
    weekday.toggle(chosen === 'week');
    day.toggle(chosen === 'month');
    time.toggle(chosen !== 'minutes' && chosen !== 'own');
  };
  const tell = () => {
    const [expression, timeZone] = [String(cron.val()), String(zone.val() ?? '').trim()];
    const problem = scheduleProblem(expression, timeZone);
    note.toggleClass('okta-problem', problem !== undefined);
    if (problem !== undefined || isVariable(expression) || isVariable(timeZone))
      return void note.text(problem ?? '');
    const now = new Date();
    const next = new Date(now.getTime() + nextRun(expression, timeZone || undefined)(now));
    const when = new Intl.DateTimeFormat(undefined, {
      ...{ dateStyle: 'full', timeStyle: 'short' },
      timeZone: timeZone || undefined,
    }).format(next);
    note.text(say('schedule.next', { when }));
  };
  const read = () => {
    const found = scheduleOf(String(cron.val()));
    rhythm.val(found.rhythm);
    if (found.rhythm === 'minutes' && minutes.find(`[value="${found.minutes}"]`).length === 0)
      rhythm.val('own');
    minutes.val(found.minutes);
    weekday.val(found.weekday);
    day.val(found.day);
    time.val(found.time);
    show();
    tell();
  };
  const write = () => {
    const expression = cronOf({
      rhythm: rhythm.val() as Rhythm,
      ...{ minutes: Number(minutes.val()), time: String(time.val() || '00:00') },
      ...{ weekday: Number(weekday.val()), day: Number(day.val()) },
    });
    show();
    if (expression !== undefined) cron.val(expression).trigger('change');
    tell();
  };
  for (const part of [rhythm, minutes, weekday, day, time]) part.on('change', write);
  cron.on('input', read);
  zone.on('input change', tell);
  read();
}
