"""Addresses of the network."""

from __future__ import annotations

from django.urls import path, re_path

from yunhe.channel.network import portal
from yunhe.channel.network.views import addresses, founding, partners, tree

urlpatterns = [
    path("", partners.PartnerList.as_view(), name="list"),
    path("first/", founding.FirstAccountView.as_view(), name="first"),
    path("new/", partners.PartnerCreate.as_view(), name="partner_create"),
    path("tree/", tree.TreePage.as_view(), name="tree"),
    path("tree/<int:pk>/", tree.Branch.as_view(), name="branch"),
    path("nodes/<int:pk>/", tree.NodePage.as_view(), name="node"),
    path("nodes/<int:pk>/move/", tree.MoveNode.as_view(), name="move"),
    path("moves/<int:pk>/cancel/", tree.CancelMove.as_view(), name="move_cancel"),
    path("units/new/", tree.UnitCreate.as_view(), name="unit_create"),
    path("licences/", partners.ExpiringLicences.as_view(), name="licences"),
    path("licences/<int:pk>/", partners.LicenceChange.as_view(), name="licence"),
    path("<int:pk>/", partners.PartnerDetail.as_view(), name="partner"),
    path("<int:pk>/change/", partners.PartnerChange.as_view(), name="partner_change"),
    path("<int:pk>/close/", partners.ClosePartner.as_view(), name="close"),
    path("<int:pk>/reopen/", partners.ReopenPartner.as_view(), name="reopen"),
    path("<int:pk>/licences/new/", partners.LicenceAdd.as_view(), name="licence_add"),
    path("<int:pk>/contacts/new/", partners.ContactAdd.as_view(), name="contact_add"),
    path("<int:pk>/addresses/new/", addresses.AddressForPartner.as_view(), name="address_add"),
    path("addresses/<int:pk>/", addresses.AddressChange.as_view(), name="address"),
    re_path(
        r"^addresses/(?P<pk>\d+)/(?P<action>default|remove)/$",
        addresses.AddressAction.as_view(),
        name="address_act",
    ),
]
portal_patterns = [
    path("", portal.MyCompany.as_view(), name="company"),
    path("addresses/", addresses.OwnAddresses.as_view(), name="addresses"),
    path("addresses/new/", addresses.OwnAddressNew.as_view(), name="address_new"),
    path("addresses/<int:pk>/", addresses.OwnAddressChange.as_view(), name="address"),
    re_path(
        r"^addresses/(?P<pk>\d+)/(?P<action>default|remove)/$",
        addresses.OwnAddressAction.as_view(),
        name="address_act",
    ),
]
