import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What the tests look at; everything else is the schema's business. */
export interface ComposeService {
  image?: string;
  build?: string;
  profiles?: string[];
  ports?: string[];
  environment?: Record<string, string | number>;
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[]; interval: string; timeout: string; retries: number; start_period: string };
  network_mode?: string;
  command?: string[];
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
}

export const COMPOSE_PATH = join(import.meta.dirname, '../../../docker-compose.kafka.yml');

/** The file as Compose sees it: anchors merged, `${NAME:-default}` replaced. */
export function readComposeFile(variables: Readonly<Record<string, string>> = {}): ComposeFile {
  const text = readFileSync(COMPOSE_PATH, 'utf8').replace(
    /\$\{(\w+)(?::-([^}]*))?\}/g,
    (_, name: string, fallback = '') => variables[name] || fallback,
  );
  return parse(text, { merge: true }) as ComposeFile;
}
