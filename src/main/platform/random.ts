import { randomBytes } from 'node:crypto';

/** Randomness as a collaborator, so that tests can pass their own. */
export interface Random {
  /** Lower-case hex digits from a cryptographic source. */
  hex(digits: number): string;
}

export const systemRandom: Random = {
  hex: (digits) =>
    randomBytes(Math.ceil(digits / 2))
      .toString('hex')
      .slice(0, digits),
};
