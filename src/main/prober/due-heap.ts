export interface Due {
  dueUs: number;
}

/** A binary heap of what is due next (Williams 1964): earliest first. */
export class DueHeap<T extends Due> {
  private readonly items: T[] = [];

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const { items } = this;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((items[parent] as T).dueUs <= item.dueUs) break;
      items[at] = items[parent] as T;
      at = parent;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const { items } = this;
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as T).dueUs < (items[child] as T).dueUs) child += 1;
      if ((items[child] as T).dueUs >= last.dueUs) break;
      items[at] = items[child] as T;
      at = child;
    }
    items[at] = last;
    return first;
  }

  /** Keeps only what `keep` accepts. */
  retain(keep: (item: T) => boolean): void {
    const kept = this.items.filter(keep);
    this.items.length = 0;
    for (const item of kept) this.push(item);
  }
}
