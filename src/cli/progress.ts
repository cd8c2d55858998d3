import { SingleBar } from 'cli-progress';

/** Shows how far a long command is, on standard error, so that output stays clean. */
export interface Progress {
  /** `done` of `of` rows of `what` have passed; `of` may grow. */
  rows(what: string, done: number, of: number): void;
  end(): void;
}

/** A bar per table on a terminal, and where there is none one plain line for each when it is done. */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? bars(stream) : lines(stream);
}

function bars(stream: NodeJS.WriteStream): Progress {
  const open: { what?: string; bar?: SingleBar } = {};
  const stop = () => open.bar?.stop();
  return {
    rows(what, done, of) {
      if (open.what !== what) {
        stop();
        open.bar = new SingleBar({ stream, format: `{bar} {percentage} % · {value} rows · ${what}`, fps: 5 });
        open.what = what;
        open.bar.start(of, 0);
      }
      open.bar?.setTotal(of);
      open.bar?.update(done);
    },
    end: stop,
  };
}

function lines(stream: NodeJS.WriteStream): Progress {
  let current: { what: string; done: number } | undefined;
  const tell = () => {
    if (current !== undefined) stream.write(`${current.what}: ${current.done} rows\n`);
  };
  return {
    rows(what, done) {
      if (current?.what !== what) tell();
      current = { what, done };
    },
    end: tell,
  };
}
