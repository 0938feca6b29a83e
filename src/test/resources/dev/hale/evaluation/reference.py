"""Computes the metrics of one sample with scikit-learn, SciPy and scikit-image.

Reads a JSON object on standard input and writes one on standard output.
"""

import json
import sys

import numpy as np
from scipy import ndimage, stats
from skimage.filters import threshold_otsu
from sklearn import metrics

sample = json.load(sys.stdin)
scores = np.array(sample["map"], dtype=np.float32).astype(np.float64)
truth = np.array(sample["truth"]) != 0
predicted = np.array(sample["prediction"]) != 0
volume = truth.reshape(sample["shape"])
first = np.array(sample["first"])
second = np.array(sample["second"])
tied = np.round(first * 10) / 10


def wilcoxon(a, b, mode):
    test = stats.wilcoxon(a, b, zero_method="wilcox", correction=mode == "approx", mode=mode)
    return [float(test.statistic), float(test.pvalue)]


labels, count = ndimage.label(volume, structure=np.ones((3, 3, 3)))
json.dump(
    {
        "auroc": metrics.roc_auc_score(truth, scores),
        "auprc": metrics.average_precision_score(truth, scores),
        "dice": metrics.f1_score(truth, predicted),
        "precision": metrics.precision_score(truth, predicted),
        "recall": metrics.recall_score(truth, predicted),
        "otsu": float(threshold_otsu(scores)),
        "percentile": float(np.percentile(scores, 97.3)),
        "labels": labels.ravel().tolist(),
        "wilcoxonExact": wilcoxon(first[:20], second[:20], "exact"),
        "wilcoxonApproximate": wilcoxon(first, second, "approx"),
        "wilcoxonTied": wilcoxon(tied, np.full_like(tied, 0.4), "approx"),
    },
    sys.stdout,
)
