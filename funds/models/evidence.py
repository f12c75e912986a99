"""Which papers and waivers a submission rested on: what its digest binds besides payees and amounts."""

import pgtrigger
from django.db import models

from funds.models.disbursement import Disbursement
from funds.rules import duty_rules, request_rules
from ledger.ruling import Rule, append_only


class SubmittedPaper(models.Model):
    """One paper of one submission. Papers that come later are not of it, and change nothing that was signed."""

    # Both ways of asking begin with the request, so the unique key serves them; each index more is paid a hundred thousand times.
    disbursement = models.ForeignKey(
        Disbursement, on_delete=models.PROTECT, related_name="submitted_papers", db_index=False
    )
    submission = models.PositiveSmallIntegerField()
    paper = models.ForeignKey("beneficiaries.Paper", on_delete=models.PROTECT, related_name="submissions")

    class Meta:
        ordering = ["disbursement_id", "submission", "paper_id"]
        constraints = [
            models.UniqueConstraint(fields=["disbursement", "submission", "paper"], name="paper_once_per_submission")
        ]
        triggers = [
            append_only(),
            Rule(
                name="papers_of_its_cases",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                level=pgtrigger.Statement,
                referencing=pgtrigger.Referencing(new="fresh"),
                declare=[("request", "text"), ("wrong", "bigint")],
                func=request_rules.PAPERS_OF_ITS_CASES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper} under {self.disbursement}, submission {self.submission}"


class SubmittedWaiver(models.Model):
    """One waiver of a required paper that counted for one submission."""

    # Both ends are never deleted, and the rule below has seen that they are there: a check for each row once more, at the end of
    # the transaction, would take longer for a list than all else.
    disbursement = models.ForeignKey(
        Disbursement,
        on_delete=models.PROTECT,
        related_name="submitted_waivers",
        db_index=False,
        db_constraint=False,
    )
    submission = models.PositiveSmallIntegerField()
    waiver = models.ForeignKey(
        "beneficiaries.PaperWaiver",
        on_delete=models.PROTECT,
        related_name="submissions",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        ordering = ["disbursement_id", "submission", "waiver_id"]
        constraints = [
            models.UniqueConstraint(fields=["disbursement", "submission", "waiver"], name="waiver_once_per_submission")
        ]
        triggers = [
            append_only(),
            Rule(
                name="waivers_of_its_cases",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                level=pgtrigger.Statement,
                referencing=pgtrigger.Referencing(new="fresh"),
                declare=[("wrong", "bigint")],
                func=duty_rules.WAIVERS_OF_ITS_CASES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.waiver} under {self.disbursement}, submission {self.submission}"
