package dev.hale.data.phantom;

/** What a phantom subject suffers from. */
public enum Pathology {
  /** Nothing; the lesion mask is empty. */
  HEALTHY,
  /** One tumour with oedema, often an enhancing rim and a necrotic core, and mass effect. */
  GLIOMA,
  /** Many small ovoid plaques around the ventricles, in white matter and under the cortex. */
  MS
}
