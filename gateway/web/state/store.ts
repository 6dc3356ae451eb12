import { pageClock } from '../clock.ts';
import { firstState, type News, reduce, type State } from './state.ts';

/** The one place where the page keeps what it knows. */
export class Store {
  #state: State = firstState;
  readonly #listeners = new Set<() => void>();

  get state(): State {
    return this.#state;
  }

  take(news: News): void {
    this.#state = reduce(this.#state, news, pageClock.wall());
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
