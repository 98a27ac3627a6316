"""Why a need is served as it is, why it is not, and what would help: an answer that has been tried out.

Nothing here loads an engine before it is asked: pages read and word answers that a solver process made.
"""

from matching.explain.document import Explanation, decode_explanation, encode_explanation
from matching.explain.entry import explain, explain_bytes
from matching.explain.words import told

__all__ = ["Explanation", "decode_explanation", "encode_explanation", "explain", "explain_bytes", "told"]
