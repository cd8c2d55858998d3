/** Between tabs; undefined where the page came by plain http from another machine: browsers keep locks to safe origins. */
export const locks = navigator.locks as LockManager | undefined;
