// The rule by which two lists of marks become one; the same as on the server.

export function later(one, other) {
  if (!one) return other;
  const [mine, theirs] = [Date.parse(one.made_at), Date.parse(other.made_at)];
  if (mine !== theirs) return mine > theirs ? one : other;
  return one.key > other.key ? one : other;
}

export function merge(latest, marks, place) {
  const merged = { ...latest };
  for (const mark of marks) merged[place(mark)] = later(merged[place(mark)], mark);
  return merged;
}
