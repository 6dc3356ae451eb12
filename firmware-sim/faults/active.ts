import {
  type AnswerFault,
  type FaultName,
  type FaultOptions,
  isAnswerFault,
  isPhysicsFault,
  type PhysicsFault,
} from './fault.ts';

export interface ActiveAnswerFault {
  readonly name: AnswerFault;
  readonly options: FaultOptions;
}

/** The faults that a device has at this moment. */
export class ActiveFaults {
  readonly #active = new Map<FaultName, FaultOptions>();
  #answer: ActiveAnswerFault | undefined;
  #physics: ReadonlySet<PhysicsFault> = new Set();

  /** Sets the fault, or its options anew. */
  set(name: FaultName, options: FaultOptions): void {
    this.#active.delete(name);
    this.#active.set(name, options);
    this.#refresh();
  }

  clear(name: FaultName): void {
    this.#active.delete(name);
    this.#refresh();
  }

  has(name: FaultName): boolean {
    return this.#active.has(name);
  }

  /** Its options, while it is active; with `point`, only when it means this point. */
  get(name: FaultName, point?: string): FaultOptions | undefined {
    const options = this.#active.get(name);
    return point === undefined || options?.point === undefined || options.point === point
      ? options
      : undefined;
  }

  /** How the device's Modbus answers are spoiled: of several faults, the one set last. */
  get answer(): ActiveAnswerFault | undefined {
    return this.#answer;
  }

  /** Those that change the course of the physics. */
  get physics(): ReadonlySet<PhysicsFault> {
    return this.#physics;
  }

  // Looked up at every request and step, changed a few times an hour.
  #refresh(): void {
    const names = [...this.#active.keys()];
    const name = names.findLast(isAnswerFault);
    this.#answer = name && { name, options: this.#active.get(name) ?? {} };
    this.#physics = new Set(names.filter(isPhysicsFault));
  }
}
