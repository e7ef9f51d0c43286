from django.urls import path

from hztargets.web.accounts import signin, tokens

urlpatterns = [
    path("login/", signin.SignIn.as_view(), name="login"),
    path("logout/", signin.SignOut.as_view(), name="logout"),
    path("password/", signin.password_page, name="password"),
    path("tokens/", tokens.tokens_page, name="tokens"),
    path("tokens/new/", tokens.new, name="token_new"),
    path("tokens/<int:token_id>/replace/", tokens.replace, name="token_replace"),
    path("tokens/<int:token_id>/revoke/", tokens.revoke, name="token_revoke"),
]
