/** One measured figure: against a bare baseline of the same run where there is one, and the goal it is held to. */
export interface BenchResult {
  name: string;
  value: number;
  unit: string;
  baseline?: { name: string; value: number };
  goal?: { at: 'most' | 'least'; value: number };
}

/** Why there is nothing to measure on this machine. */
export interface NotRun {
  notRun: string;
}

export interface Benchmark {
  name: string;
  /** One sentence: what is measured, against what. */
  about: string;
  run(progress: (text: string) => void): Promise<BenchResult[] | NotRun>;
}
