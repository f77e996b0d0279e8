// Loaded into Node-RED to end it with its parent process: without that process and its org, it would only block its folder.
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  // Do not wait longer for nodes that deregister from the org.
  setTimeout(() => process.exit(), 2_000);
});
