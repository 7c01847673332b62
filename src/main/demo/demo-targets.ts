import { type TargetDraft, type TargetInput, targetDraftSchema } from '../../shared/domain/target';
import type { DemoPath } from './demo-behaviour';

const names: Record<'en' | 'es', Record<DemoPath | 'mail', string>> = {
  en: {
    shop: 'Shop',
    payments: 'Payments (slow at times)',
    search: 'Search (errors at times)',
    reports: 'Reports (hangs at times)',
    images: 'Images (cut off at times)',
    mail: 'Mail (refuses at times)',
  },
  es: {
    shop: 'Tienda',
    payments: 'Pagos (a ratos lento)',
    search: 'Búsqueda (a ratos con errores)',
    reports: 'Informes (a ratos sin respuesta)',
    images: 'Imágenes (a ratos cortadas)',
    mail: 'Correo (a ratos rechaza)',
  },
};

/** What suits each address: thresholds and time limits that make its troubles show. */
const traits: Partial<Record<DemoPath | 'mail', Partial<TargetInput>>> = {
  payments: { degradedMs: 300 },
  // Longer than the interval: a hanging probe makes the following due instants `missed`.
  reports: { timeoutMs: 2500, degradedMs: 600 },
  search: { retries: 1, retryDelayMs: 100 },
};

/** The targets that watch the demo service, as one would have typed them. */
export function demoTargets(
  addresses: Record<DemoPath | 'mail', string>,
  language: 'en' | 'es',
): TargetDraft[] {
  return (Object.keys(addresses) as (DemoPath | 'mail')[]).map((path) =>
    targetDraftSchema.parse({
      name: names[language][path],
      url: addresses[path],
      intervalMs: 1000,
      timeoutMs: 5000,
      tags: ['demo'],
      ...traits[path],
    }),
  );
}
