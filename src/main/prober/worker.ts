import { createSecureContext, rootCertificates } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../platform/clock';
import { createNameLookup } from './name-lookup';
import { WorkerLoop } from './worker-loop';
import type { FromWorker, ToWorker, WorkerData } from './worker-protocol';

/** A thread that only probes: nothing else can hold up its timers. Started by path from the worker pool. */
const { userAgent, extraCa } = workerData as WorkerData;
const port = parentPort;
if (port === null) throw new Error('this file is started as a worker thread by the prober');

// Without a list of its own the context takes Node's authorities and those of NODE_EXTRA_CA_CERTS.
const secureContext = createSecureContext(
  extraCa.length === 0 ? {} : { ca: [...rootCertificates, ...extraCa] },
);
const { monotonicMs } = systemClock;
const loop = new WorkerLoop(
  systemClock,
  { monotonicMs, secureContext, userAgent, lookup: createNameLookup() },
  (message: FromWorker) => port.postMessage(message),
);
port.on('message', (message: ToWorker) => loop.receive(message));
