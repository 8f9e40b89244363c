// The run of an evening by the same three rules as on the server: the block that was begun last is on
// until another is begun (before that the clock decides); a block takes as long as was planned with
// the minutes that were added; what comes begins when what is before it ends, not before now.

const MINUTE = 60_000;
export const LATE = 120 * MINUTE;

export function placeOf(said) {
  return `${said.block}-${said.kind}`;
}

// plan: {starts, ends, blocks: [{key, start, end}]} · marks: by placeOf · all moments in milliseconds
export function runOf({ starts, ends, blocks }, marks, now) {
  const extra = blocks.map(({ key }) => marks[`${key}-extra`]?.value ?? 0);
  const spans = blocks.map((block, place) => (block.end - block.start + extra[place]) * MINUTE);
  const begun = blocks.map(({ key }) => {
    const mark = marks[`${key}-begun`];
    return mark?.value ? Date.parse(mark.made_at) : null;
  });
  const on = onAt(starts, begun, spans, now);
  const [began, endsAt] = startsOf(starts, ends, begun, spans, on, now);
  const isClosed = now >= ends + LATE;
  const items = blocks.map((block, place) => ({
    ...block,
    startsAt: began[place],
    endsAt: place < Math.min(on, blocks.length - 1) ? began[place + 1] : began[place] + spans[place],
    plannedAt: starts + block.start * MINUTE,
    extra: extra[place],
    leader: marks[`${block.key}-leader`]?.value ?? null,
    isOn: place === on && !isClosed,
    isOver: place < on || isClosed,
    wasBegun: begun[place] !== null && place <= on,
  }));
  return { items, endsAt, plannedEnd: starts + (blocks.at(-1)?.end ?? 240) * MINUTE };
}

function onAt(starts, begun, spans, now) {
  let last = -1;
  begun.forEach((moment, place) => {
    if (moment !== null && (last < 0 || moment >= begun[last])) last = place;
  });
  if (last >= 0) return last;
  let cursor = starts;
  for (const [place, span] of spans.entries()) {
    if (now < cursor) return place - 1;
    cursor += span;
  }
  return now < cursor ? spans.length - 1 : spans.length;
}

function startsOf(starts, ends, begun, spans, on, now) {
  const began = [];
  let cursor = starts;
  let lastBegun = null;
  for (const [place, span] of spans.entries()) {
    const moment = place <= on ? begun[place] : null;
    if (moment !== null && (lastBegun === null || moment >= lastBegun)) cursor = lastBegun = moment;
    began.push(cursor);
    cursor += span;
    if (place === on && moment !== null) cursor = Math.max(cursor, Math.min(now, ends + LATE));
  }
  for (let place = Math.min(on, began.length - 1) - 1; place >= 0; place -= 1)
    began[place] = Math.min(began[place], began[place + 1]);
  return [began, cursor];
}

// Of what is left the minute that has begun counts; of what is over only whole ones.
export function wholeMinutes(span) {
  return Math.ceil(span / MINUTE);
}
