/** Several processes that train one network, over LibTorch's process groups. */
package dev.hale.training.workers;
