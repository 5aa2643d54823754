/** Where this machine's part is kept, relative to the working folder: processes, logs, the Redis of `up`. */
export const DEFAULT_STATE_DIR = '.signalbox';
