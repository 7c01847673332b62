/** Who listens to one kind of change. */
export interface Emitter<T> {
  emit(value: T): void;
  listen(listener: (value: T) => void): () => void;
  readonly hasListeners: boolean;
}

export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    emit(value) {
      for (const listener of listeners) listener(value);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get hasListeners() {
      return listeners.size > 0;
    },
  };
}
