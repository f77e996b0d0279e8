// Loaded into Node-RED: without the process that started it, and its org, it is of no use and holds its folder.
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  // Nodes that say goodbye to the org wait for nobody.
  setTimeout(() => process.exit(), 2_000);
});
