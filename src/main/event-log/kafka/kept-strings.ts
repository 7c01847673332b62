/** Beyond this many the memory begins anew: what a cluster's targets need is far below. */
const MOST = 20_000;
/** Longer ones are rare, and 20,000 of them would be felt. */
const LONGEST = 512;

/**
 * Maps equal texts to one string. Text fresh from a parser is a new string every time: with one that is kept, later look-ups
 * find its hash already computed, and comparisons are of pointers.
 */
export function createKeptStrings(make: (text: string) => string): (text: string) => string {
  const kept = new Map<string, string>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    if (text.length > LONGEST) return made;
    if (kept.size >= MOST) kept.clear();
    kept.set(text, made);
    return made;
  };
}
