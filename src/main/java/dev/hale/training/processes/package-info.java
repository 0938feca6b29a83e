/**
 * Several processes that train one network, over LibTorch's process groups. It starts no process
 * and knows nothing of what is learned: it adds up gradients and notices who has died.
 */
package dev.hale.training.processes;
