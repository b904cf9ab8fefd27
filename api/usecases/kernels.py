"""Which kernel matches, told in words, and refused where it is asked for and not there."""

from api.usecases.refusal import Fault, Refusal
from api.wording import say
from dsl.text.diagnostics import Language
from engine.match.kernel import CHOICES, THREADS, WrongKernel, absence, chosen


def settled_kernel(language: Language) -> str:
    """The name of the kernel that will run; a Refusal if HUICE_KERNEL asks for one that cannot.

    >>> settled_kernel("en") in ("c", "numpy")
    True
    """
    try:
        return chosen()
    except WrongKernel as wrong:
        if wrong.asked not in CHOICES:
            known = ", ".join(CHOICES)
            raise Refusal("unknown_kernel", Fault.USAGE, read=wrong.asked, known=known) from None
        raise Refusal("absent_kernel", Fault.USAGE, read=wrong.asked, reason=_reason(language)) from None


def kernel_told(language: Language) -> str:
    """The kernel in words, and why it is not the one in C."""
    if settled_kernel(language) == "c":
        return say("kernel_c", language, threads=THREADS)
    reason = _reason(language) if absence() else say("kernel_asked", language)
    return say("kernel_numpy", language, reason=reason)


def _reason(language: Language) -> str:
    missing = absence()
    return "" if missing is None else say(f"kernel_{missing.why}", language, detail=missing.detail)
