"""Words for parts of data in German, French, Spanish, Portuguese and Italian. No torch."""

from __future__ import annotations

from ssl_core.reading.account import Part

_TRAIN = """
    trainings trainieren trainingsdaten trainingssatz trainingsmenge trainingsbilder lernen lerndaten lernsatz lernmenge
    apprentissage entraînement entrainement apprendre
    entrenamiento aprendizaje treino treinamento treinar
    addestramento allenamento apprendimento
"""
_VALIDATION = """
    validierung validieren validierungsdaten validierungssatz validierungsmenge
    validación validacion validação validacao
    validazione convalida
"""
_TEST = """
    prüfung pruefung prüfen prüfdaten pruefdaten prüfsatz testdaten testsatz testmenge testbilder
    essai essais évaluation
    prueba pruebas evaluación evaluacion teste testes
    prova prove verifica valutazione
"""
PARTS_ELSEWHERE: dict[str, Part] = {
    **dict.fromkeys(_TRAIN.split(), "train"),
    **dict.fromkeys(_VALIDATION.split(), "validation"),
    **dict.fromkeys(_TEST.split(), "test"),
}
