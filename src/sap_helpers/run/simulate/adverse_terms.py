"""The adverse events that the synthetic trial draws from: words as written, preferred terms and classes, weights."""

from __future__ import annotations

from typing import NamedTuple


class Term(NamedTuple):
    """A kind of event: verbatim term, preferred term, system organ class, weight among its kind, highest grade."""

    verbatim: str
    preferred: str
    system: str
    weight: float = 1.0
    highest: int = 2


_SITE = "General disorders and administration site conditions"
_INFECTION = "Infections and infestations"
_STOMACH = "Gastrointestinal disorders"
_NERVES = "Nervous system disorders"
_SKIN = "Skin and subcutaneous tissue disorders"
_TESTS = "Investigations"
_JOINTS = "Musculoskeletal and connective tissue disorders"
_VESSELS = "Vascular disorders"
_BLOOD = "Blood and lymphatic system disorders"

INJECTION_SITE = (
    Term("Redness at injection site", "Injection site erythema", _SITE, 4),
    Term("Injection site itching", "Injection site pruritus", _SITE, 2),
    Term("Induration where injected", "Injection site induration", _SITE, 2),
    Term("Local reaction to injection", "Injection site reaction", _SITE, 3),
    Term("Pain at injection site", "Injection site pain", _SITE, 2),
)
FEVER = (Term("Fever after injection", "Pyrexia", _SITE),)
FLU_LIKE = (Term("Flu-like symptoms", "Influenza like illness", _SITE),)
OTHERS = (
    Term("Common cold", "Upper respiratory tract infection", _INFECTION, 9),
    Term("Urinary tract infection", "Urinary tract infection", _INFECTION, 4, 3),
    Term("Shingles", "Herpes zoster", _INFECTION, 1.5, 3),
    Term("Sore throat", "Nasopharyngitis", _INFECTION, 3),
    Term("Pneumonia", "Pneumonia", _INFECTION, 0.7, 4),
    Term("Oral thrush", "Oral candidiasis", _INFECTION, 1),
    Term("Nausea", "Nausea", _STOMACH, 5),
    Term("Loose stools", "Diarrhoea", _STOMACH, 4, 3),
    Term("Stomach pain", "Abdominal pain upper", _STOMACH, 2),
    Term("Headache", "Headache", _NERVES, 5, 3),
    Term("Dizziness", "Dizziness", _NERVES, 3),
    Term("Fatigue", "Fatigue", _SITE, 4),
    Term("Fever", "Pyrexia", _SITE, 2),
    Term("Chills", "Chills", _SITE, 1),
    Term("Itchy skin", "Pruritus", _SKIN, 2),
    Term("Hives", "Urticaria", _SKIN, 1),
    Term("Muscle ache", "Myalgia", _JOINTS, 2),
    Term("Back pain", "Back pain", _JOINTS, 2),
    Term("Palpitations", "Palpitations", "Cardiac disorders", 1.2),
    Term("High blood pressure", "Hypertension", _VESSELS, 1.2, 3),
    Term("Eosinophils raised", "Eosinophil count increased", _TESTS, 1.5),
    Term("Creatinine raised", "Blood creatinine increased", _TESTS, 0.5),
    Term("Anaemia", "Anaemia", _BLOOD, 1, 3),
    Term("Trouble sleeping", "Insomnia", "Psychiatric disorders", 2),
    Term("Lupus flare", "Systemic lupus erythematosus", _JOINTS, 0.8, 3),
    Term(
        "Uterine fibroid",
        "Uterine leiomyoma",
        "Neoplasms benign, malignant and unspecified (incl cysts and polyps)",
        0.3,
    ),
)
LIVER = (Term("ALT raised", "Alanine aminotransferase increased", _TESTS),)
STOPPING = (
    Term("Generalised rash", "Rash maculo-papular", _SKIN, 2),
    Term("Shingles", "Herpes zoster", _INFECTION, 2),
    Term("High fever after injections", "Pyrexia", _SITE, 1),
)
FATAL = (
    Term("Septic shock", "Septic shock", _INFECTION, 1),
    Term("Severe pneumonia", "Pneumonia", _INFECTION, 2),
)
TERMS = (*INJECTION_SITE, *FEVER, *FLU_LIKE, *OTHERS, *LIVER, *STOPPING, *FATAL)
