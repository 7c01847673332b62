import { AppError } from '../../shared/contract/app-error';

const SPACE = /[ \t\r\n]*/y;
const TEXT = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;
/** Deeper than anything that we read; what nests further gets no line number. */
const MAX_DEPTH = 100;

/**
 * JSON as a person wrote it (a byte order mark is theirs to have).
 * @throws AppError `corrupt` with line, column and what is wrong; never with the text itself, which may hold a secret
 */
export function parseJsonText(text: string): unknown {
  const json = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(json);
  } catch {
    const fault = faultIn(json);
    const where =
      fault === null ? '' : ` at line ${lineAt(json, fault.at)}, column ${columnAt(json, fault.at)}`;
    throw new AppError('corrupt', `it is not JSON${where}: ${fault?.reason ?? 'it cannot be read'}`);
  }
}

/** The line on which the value at `path` begins, or the innermost value around it that is there; from 1. */
export function lineOfPath(text: string, path: readonly string[]): number {
  const json = text.replace(/^\uFEFF/, '');
  let found = 0;
  let depth = -1;
  scan(json, (at, place) => {
    if (
      place.length <= depth ||
      place.length > path.length ||
      place.some((part, index) => part !== path[index])
    ) {
      return;
    }
    found = at;
    depth = place.length;
  });
  return lineAt(json, found);
}

function faultIn(text: string): Fault | null {
  try {
    scan(text, () => undefined);
    return null;
  } catch (error) {
    return error instanceof Fault ? error : null;
  }
}

class Fault {
  constructor(
    readonly at: number,
    readonly reason: string,
  ) {}
}

/** Walks through JSON (RFC 8259) and calls back with offset and path of every value. @throws Fault where it is none */
function scan(text: string, visit: (at: number, path: readonly string[]) => void): void {
  let at = 0;
  const match = (token: RegExp): string | null => {
    token.lastIndex = at;
    const found = token.exec(text);
    if (found === null) return null;
    at = token.lastIndex;
    return found[0];
  };
  const comes = (sign: string): boolean => {
    match(SPACE);
    if (text[at] !== sign) return false;
    at += 1;
    return true;
  };
  const fail = (reason: string): never => {
    match(SPACE);
    throw new Fault(at, at >= text.length ? 'it ends too early' : reason);
  };
  const list = (end: string, path: readonly string[], item: (index: number) => void): void => {
    if (path.length > MAX_DEPTH) fail('it nests too deeply');
    for (let index = 0; !comes(end); index += 1) {
      if (index > 0 && !comes(',')) fail(`a comma or ${end} is missing`);
      match(SPACE);
      if (index > 0 && text[at] === end) fail(`there is a comma too many before ${end}`);
      item(index);
    }
  };
  const value = (path: readonly string[]): void => {
    match(SPACE);
    visit(at, path);
    if (comes('{')) {
      list('}', path, () => {
        const name = match(TEXT) ?? fail('a name in double quotes is missing');
        if (!comes(':')) fail('a colon is missing');
        value([...path, String(JSON.parse(name))]);
      });
    } else if (comes('[')) list(']', path, (index) => value([...path, String(index)]));
    else if (match(TEXT) === null && match(SCALAR) === null) {
      fail(
        text[at] === '"'
          ? 'a text in double quotes does not end, or holds a line break'
          : 'a value is missing',
      );
    }
  };
  value([]);
  match(SPACE);
  if (at < text.length) fail('something follows after the end');
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

function columnAt(text: string, at: number): number {
  return at - text.lastIndexOf('\n', at - 1);
}
