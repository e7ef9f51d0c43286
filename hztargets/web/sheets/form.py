"""The form with which a filled-in sheet is uploaded."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hztargets import clock
from hztargets.guard.receiving import refused_files
from hztargets.messages import sentence
from hztargets.models import Period, SheetUpload
from hztargets.services.errors import ServiceError
from hztargets.services.sheets.uploads import receive_sheet
from hztargets.web.access import SignedInRequest


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Filled-in sheet (.xlsx or .csv, up to 5 MB)"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def take(self, request: SignedInRequest, period: Period) -> SheetUpload | None:
        """What was received; None with the reason in the form."""
        for _name, problem in refused_files(request):
            self.add_error("file", sentence(problem))
            return None
        file = self.cleaned_data.get("file")
        if not isinstance(file, UploadedFile):
            self.add_error("file", _("Choose the file first."))
            return None
        try:
            return receive_sheet(name=str(file.name), data=file.read(), period=period, by=request.user, now=clock.now())
        except ServiceError as error:
            self.add_error("file", error.message)
            return None
